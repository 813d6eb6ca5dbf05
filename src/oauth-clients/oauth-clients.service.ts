import { Injectable } from '@nestjs/common';
import { changesBetween } from '../audit/changes-between.js';
import { AuthorizationServer } from '../authorization-server/authorization-server.js';
import { Config } from '../config/config.js';
import { AccessCheck } from '../access/access-check.js';
import type { Access } from '../access/access.js';
import { Problem } from '../problem-details/problem.js';
import type { Violation } from '../problem-details/violation.js';
import { newSecret } from './model/client-secret.js';
import type { CreateOAuthClientDto } from './dto/create-oauth-client.dto.js';
import { changedFixedMembers } from './dto/read-back.js';
import type { UpdateOAuthClientDto } from './dto/update-oauth-client.dto.js';
import { GuardedWrites } from './guarded-writes.js';
import type { Preconditions } from './preconditions.js';
import { demandAdminIfPrivileged } from './privileged-clients.js';
import { settingsOf } from './model/client-settings.js';
import { changedClient, newClient } from './model/judge.js';
import { platformRules } from './model/platform-rules.js';
import type { PlatformRules, RuleContext } from './model/rule.js';
import { OAuthClientStore, type Change, type ClientWithSecret } from './oauth-client.store.js';

/** What may be done with a project's clients, by whom, under which rules. */
@Injectable()
export class OAuthClientsService {
  private readonly platformRules: PlatformRules;
  private readonly maxClients: number;

  constructor(
    private readonly store: OAuthClientStore,
    private readonly writes: GuardedWrites,
    private readonly accessCheck: AccessCheck,
    private readonly authorizationServer: AuthorizationServer,
    config: Config,
  ) {
    this.platformRules = platformRules(config);
    this.maxClients = config.maxClientsPerProject;
  }

  async create(access: Access, dto: CreateOAuthClientDto): Promise<ClientWithSecret> {
    const { settings, violations } = newClient(dto, this.rulesFor(access));
    demandAdminIfPrivileged(access, settings);
    refuseAny(violations);
    const secret = settings.token_endpoint_auth_method === 'none' ? null : newSecret();
    const change: Change = {
      action: 'oauth_client.created',
      changes: changesBetween(null, settings),
      settings,
      secret,
    };
    const created = await this.store.create(access.tenant, access.request, change, this.maxClients);
    if (!created) throw await this.whyNotCreated(access);
    return created;
  }

  update(access: Access, dto: UpdateOAuthClientDto, preconditions: Preconditions): Promise<ClientWithSecret> {
    return this.writes.run(access, preconditions, async (stored, current) => {
      const { settings, violations } = changedClient(stored, dto, this.rulesFor(current));
      demandAdminIfPrivileged(current, stored, settings);
      refuseAny([...changedFixedMembers(stored, dto), ...violations]);
      const changes = changesBetween(settingsOf(stored), settings);
      if (Object.keys(changes).length === 0) return { client: stored, secret: null };
      const wasPublic = stored.token_endpoint_auth_method === 'none';
      const isPublic = settings.token_endpoint_auth_method === 'none';
      return this.store.change(current.tenant, current.request, stored, {
        action: 'oauth_client.updated',
        changes,
        settings,
        overlap_seconds: isPublic && !wasPublic ? 0 : null,
        secret: wasPublic && !isPublic ? newSecret() : null,
      });
    });
  }

  /** Ends what the client was issued so far: grants, refresh tokens and codes. */
  async endTokens(access: Access, preconditions: Preconditions): Promise<void> {
    await this.writes.run(access, preconditions, async (stored, current) => {
      demandAdminIfPrivileged(current, stored);
      if (!this.authorizationServer.endsTokens) {
        throw new Problem(
          'tokens_end_not_served',
          'Refresh tokens and codes live on without the token hook.',
        );
      }
      return this.store.change(current.tenant, current.request, stored, {
        action: 'oauth_client.tokens_ended',
        changes: {},
        settings: stored,
        end_tokens: true,
      });
    });
  }

  async delete(access: Access, preconditions: Preconditions): Promise<void> {
    await this.writes.run(access, preconditions, (stored, current) => {
      demandAdminIfPrivileged(current, stored);
      return this.store.delete(current.tenant, current.request, stored);
    });
  }

  /** Throws 404 when the project is gone, as for every other call. */
  private async whyNotCreated({ request }: Access): Promise<Problem> {
    await this.accessCheck.check(request);
    return new Problem(
      'client_quota_reached',
      `The project has ${this.maxClients} OAuth clients, and may have no more. Delete those that nobody needs, or ask the ` +
        'operator for more (MAX_CLIENTS_PER_PROJECT).',
    );
  }

  private rulesFor({ trusted_clients_allowed }: Access): RuleContext {
    return {
      ...this.platformRules,
      trusted_clients_allowed,
      serverRefusals: (settings) => this.authorizationServer.refusals(settings),
    };
  }
}

export function refuseAny(violations: readonly Violation[]): void {
  if (violations.length > 0) throw Problem.validationFailed(violations);
}
