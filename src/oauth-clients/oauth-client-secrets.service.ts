import { Injectable } from '@nestjs/common';
import type { Access } from '../access/access.js';
import { changesBetween } from '../audit/changes-between.js';
import { AuthorizationServer } from '../authorization-server/authorization-server.js';
import { Problem } from '../problem-details/problem.js';
import type { Violation } from '../problem-details/violation.js';
import { faultsOf } from '../validation/shape-faults.js';
import type { CreateSecretDto, UpdateSecretDto } from './dto/secret.dto.js';
import type { IdempotentCall } from '../idempotency/idempotent-call.js';
import type { ChangedSecret, ClientWrites } from './client-writes.js';
import { clientOf, GuardedWrites, type WriteAttempt } from './guarded-writes.js';
import type { Preconditions } from './preconditions.js';
import { newSecret } from './model/client-secret.js';
import type { LoadedOAuthClient } from './model/oauth-client.entity.js';
import { SECRET_LIMITS } from './model/oauth-client.limits.js';
import { Replays } from './replays.js';
import { OAuthClientSecretsStore, type ListedSecret } from './oauth-client-secrets.store.js';
import { refuseAny } from './oauth-clients.service.js';
import { demandAdminIfPrivileged } from './privileged-clients.js';

/** What may be done with a client's secrets. */
@Injectable()
export class OAuthClientSecretsService {
  constructor(
    private readonly secrets: OAuthClientSecretsStore,
    private readonly guarded: GuardedWrites,
    private readonly replays: Replays,
    private readonly authorizationServer: AuthorizationServer,
  ) {}

  list(access: Access): Promise<ListedSecret[]> {
    return this.secrets.list(clientOf(access));
  }

  /**
   * Makes a new secret. Older ones end at once, or with the overlap.
   *
   * @throws Problem 403 unless the caller may manage the client, 409 for a public client, for too many secrets, and for a
   * repeated call whose secret can no longer be shown, 412 for preconditions, 422 for violations and another call's key
   */
  create<Result>(
    access: Access,
    dto: CreateSecretDto,
    { preconditions, call }: { readonly preconditions: Preconditions; readonly call: IdempotentCall | null },
    writes: ClientWrites<Result>,
  ): Promise<Result> {
    const overlap_seconds = dto.overlap_seconds ?? 0;
    const earlier = async (current: Access): Promise<Result | null> => {
      const done = await this.replays.find(current, call);
      return done && writes.nothing(current, done);
    };
    const attempt: WriteAttempt<Result> = async (stored, current) => {
      demandAdminIfPrivileged(current, stored);
      refuseAny([...faultsOf(dto), ...this.authorizationServer.secretViolations(dto, stored)]);
      refusePublic(stored);
      if (overlap_seconds > 0) {
        const secrets = await this.secrets.list(stored);
        refuseUnseen(secrets);
        refuseTooMany(secrets);
      }
      return writes.change(current, stored, {
        action: 'oauth_client.secret_created',
        changes: {},
        settings: stored,
        overlap_seconds,
        secret: newSecret(dto),
        call,
      });
    };
    return this.guarded.run(access, preconditions, attempt, call === null ? undefined : earlier);
  }

  /**
   * Renames a secret, or lets it expire earlier.
   *
   * @throws Problem 403 unless the caller may manage the client, 404 without the secret, 412 for preconditions, 422 for
   * violations
   */
  change<Result>(
    access: Access,
    { secretId, dto }: { readonly secretId: string; readonly dto: UpdateSecretDto },
    preconditions: Preconditions,
    writes: ClientWrites<Result>,
  ): Promise<Result> {
    return this.guarded.run(access, preconditions, async (stored, current) => {
      demandAdminIfPrivileged(current, stored);
      const secret = (await this.secrets.list(stored)).find(({ id }) => id === secretId);
      refuseAny([
        ...faultsOf(dto),
        ...this.authorizationServer.secretViolations(dto, stored),
        ...(secret ? longerLife(secret, dto) : []),
      ]);
      if (!secret) throw Problem.notFound();
      const { name = secret.name, expires_in_seconds = null } = dto;
      if (name === secret.name && expires_in_seconds === null)
        return writes.nothing(current, { client: stored, secret: null });
      const changes = changesBetween({ name: secret.name }, { name });
      const next = {
        action: 'oauth_client.secret_changed',
        name,
        expires_in_seconds,
        revoked: false,
      } as const;
      return writes.changeSecret(current, stored, changed(secret), { ...next, changes });
    });
  }

  /** A secret as it is now. @throws Problem 404 for one that has ended, or is another client's */
  get(access: Access, secretId: string): Promise<ListedSecret> {
    return this.find(clientOf(access), secretId);
  }

  /**
   * Ends a secret. The last one may be ended too: then nobody can authenticate as the client until a new one is made.
   *
   * @throws Problem 403 unless the caller may manage the client, 404 without the secret, 412 for preconditions
   */
  end<Result>(
    access: Access,
    secretId: string,
    preconditions: Preconditions,
    writes: ClientWrites<Result>,
  ): Promise<Result> {
    return this.guarded.run(access, preconditions, async (stored, current) => {
      demandAdminIfPrivileged(current, stored);
      const secret = await this.find(stored, secretId);
      const next = {
        action: 'oauth_client.secret_revoked',
        name: secret.name,
        expires_in_seconds: null,
      } as const;
      return writes.changeSecret(current, stored, changed(secret), { ...next, changes: {}, revoked: true });
    });
  }

  /** @throws Problem 404 for one that has ended, or is another client's */
  private async find(client: LoadedOAuthClient, secretId: string): Promise<ListedSecret> {
    const secret = (await this.secrets.list(client)).find(({ id }) => id === secretId);
    if (!secret) throw Problem.notFound();
    return secret;
  }
}

const changed = ({ id, expires_at, read_at, status }: ListedSecret): ChangedSecret => ({
  id,
  expires_at,
  read_at,
  isLive: status !== 'expired',
});

function refusePublic({ token_endpoint_auth_method }: LoadedOAuthClient): void {
  if (token_endpoint_auth_method !== 'none') return;
  throw new Problem(
    'conflict',
    'A public client (token_endpoint_auth_method: none) has no secret. Changing that method to one with a secret ' +
      'makes one.',
  );
}

/** Only the authorization server knows an unseen secret, and it keeps one for a client: the new one would displace it there. */
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

function longerLife(
  { seconds_left }: ListedSecret,
  { expires_in_seconds }: UpdateSecretDto,
): readonly Violation[] {
  if (expires_in_seconds === undefined || seconds_left === null || expires_in_seconds <= seconds_left)
    return [];
  const left = Math.max(0, Math.floor(seconds_left));
  const detail = `A secret can only end earlier, and this one has ${left} s left: send less, or make a new secret.`;
  return [{ pointer: '/expires_in_seconds', code: 'secret_expiry_not_prolonged', detail }];
}
