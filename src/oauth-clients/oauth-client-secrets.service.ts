import { Injectable } from '@nestjs/common';
import type { Access } from '../access/access.js';
import { changesBetween } from '../audit/changes-between.js';
import { AuthorizationServer } from '../authorization-server/authorization-server.js';
import { Problem } from '../problem-details/problem.js';
import type { CreateSecretDto, UpdateSecretDto } from './dto/secret.dto.js';
import { clientOf, GuardedWrites } from './guarded-writes.js';
import type { Preconditions } from './preconditions.js';
import { newSecret } from './model/client-secret.js';
import type { LoadedOAuthClient } from './model/oauth-client.entity.js';
import { SECRET_LIMITS } from './model/oauth-client.limits.js';
import { OAuthClientStore, type ClientWithSecret } from './oauth-client.store.js';
import { OAuthClientSecretsStore, type ListedSecret } from './oauth-client-secrets.store.js';
import { refuseAny } from './oauth-clients.service.js';
import { demandAdminIfPrivileged } from './privileged-clients.js';

/** What may be done with a client's secrets. */
@Injectable()
export class OAuthClientSecretsService {
  constructor(
    private readonly clients: OAuthClientStore,
    private readonly secrets: OAuthClientSecretsStore,
    private readonly writes: GuardedWrites,
    private readonly authorizationServer: AuthorizationServer,
  ) {}

  list(access: Access): Promise<ListedSecret[]> {
    return this.secrets.list(clientOf(access));
  }

  /** A new secret. Older ones end at once, or with the overlap. */
  create(access: Access, dto: CreateSecretDto, preconditions: Preconditions): Promise<ClientWithSecret> {
    const overlap_seconds = dto.overlap_seconds ?? 0;
    return this.writes.run(access, preconditions, async (stored, current) => {
      demandAdminIfPrivileged(current, stored);
      refusePublic(stored);
      refuseAny(this.authorizationServer.secretRefusals(dto, stored));
      if (overlap_seconds > 0) {
        const secrets = await this.secrets.list(stored);
        refuseUnseen(secrets);
        refuseTooMany(secrets);
      }
      return this.clients.change(current.tenant, current.request, stored, {
        action: 'oauth_client.secret_created',
        changes: {},
        settings: stored,
        overlap_seconds,
        secret: newSecret(dto),
      });
    });
  }

  /** Renames a secret, or lets it expire earlier. */
  change(
    access: Access,
    secretId: string,
    dto: UpdateSecretDto,
    preconditions: Preconditions,
  ): Promise<ListedSecret> {
    return this.writes.run(access, preconditions, async (stored, current) => {
      demandAdminIfPrivileged(current, stored);
      const secret = await this.find(stored, secretId);
      refuseAny(this.authorizationServer.secretRefusals(dto, stored));
      refuseLongerLife(secret, dto);
      const { name = secret.name, expires_in_seconds = null } = dto;
      if (name === secret.name && expires_in_seconds === null) return secret;
      const changes = changesBetween({ name: secret.name }, { name });
      const next = {
        action: 'oauth_client.secret_changed',
        name,
        expires_in_seconds,
        revoked: false,
      } as const;
      const written = await this.secrets.change(current, stored, secretId, { ...next, changes });
      return written && this.find(stored, secretId);
    });
  }

  /** Ends a secret. The last one may be ended too: then nobody can authenticate as the client until a new one is made. */
  async end(access: Access, secretId: string, preconditions: Preconditions): Promise<void> {
    await this.writes.run(access, preconditions, async (stored, current) => {
      demandAdminIfPrivileged(current, stored);
      const { name } = await this.find(stored, secretId);
      const next = { action: 'oauth_client.secret_revoked', name, expires_in_seconds: null } as const;
      return this.secrets.change(current, stored, secretId, { ...next, changes: {}, revoked: true });
    });
  }

  /** 404 for one that has ended, or is another client's. */
  private async find(client: LoadedOAuthClient, secretId: string): Promise<ListedSecret> {
    const secret = (await this.secrets.list(client)).find(({ id }) => id === secretId);
    if (!secret) throw Problem.notFound();
    return secret;
  }
}

function refusePublic({ token_endpoint_auth_method }: LoadedOAuthClient): void {
  if (token_endpoint_auth_method !== 'none') return;
  throw new Problem('conflict', 'A public client (token_endpoint_auth_method: none) has no secret.');
}

/** Only the authorization server knows it, and that has room for one: with a second secret it could not be told any more. */
function refuseUnseen(secrets: readonly ListedSecret[]): void {
  if (!secrets.some(({ is_unseen, status }) => is_unseen && status !== 'expired')) return;
  const detail =
    'The secret that was imported has not been used through the token gate yet, so nobody but Hydra knows it. Use it once, ' +
    'or leave overlap_seconds out: it ends when the new one is made.';
  refuseAny([{ pointer: '/overlap_seconds', code: 'secret_not_seen_yet', detail }]);
}

function refuseTooMany(secrets: readonly ListedSecret[]): void {
  const live = secrets.filter(({ status }) => status !== 'expired');
  if (live.length < SECRET_LIMITS.live) return;
  throw new Problem(
    'too_many_secrets',
    `The client has ${live.length} secrets that work, as many as it may: end one of them first, or leave overlap_seconds ` +
      'out, which ends them all.',
  );
}

function refuseLongerLife({ seconds_left }: ListedSecret, { expires_in_seconds }: UpdateSecretDto): void {
  if (expires_in_seconds === undefined || seconds_left === null || expires_in_seconds <= seconds_left) return;
  const left = Math.max(0, Math.floor(seconds_left));
  const detail = `A secret can only end earlier, and this one has ${left} s left: send less, or make a new secret.`;
  refuseAny([{ pointer: '/expires_in_seconds', code: 'secret_expiry_not_prolonged', detail }]);
}
