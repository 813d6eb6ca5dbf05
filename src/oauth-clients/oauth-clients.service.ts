import { Injectable } from '@nestjs/common';
import { changesBetween } from '../audit/changes-between.js';
import { AuthorizationServer } from '../authorization-server/authorization-server.js';
import { Config } from '../config/config.js';
import type { Access } from '../access/access.js';
import { readPage, type Page } from '../pagination/page.js';
import type { PageQuery } from '../pagination/page.query.js';
import { Problem } from '../problem-details/problem.js';
import type { Violation } from '../problem-details/violation.js';
import { newSecret } from './model/client-secret.js';
import type { CreateOAuthClientDto } from './dto/create-oauth-client.dto.js';
import type { UpdateOAuthClientDto } from './dto/update-oauth-client.dto.js';
import { GuardedWrites } from './guarded-writes.js';
import type { IfMatch } from './if-match.js';
import { demandAdminIfPrivileged } from './privileged-clients.js';
import type { LoadedOAuthClient } from './model/oauth-client.entity.js';
import { settingsOf } from './model/client-settings.js';
import { changedClient, newClient } from './model/judge.js';
import type { RuleContext } from './model/oauth-client.rules.js';
import { OAuthClientStore, type ClientWithSecret } from './oauth-client.store.js';
import { assignableScopes } from './model/scope.js';

/** What may be done with a project's clients, by whom, under which rules. */
@Injectable()
export class OAuthClientsService {
  private readonly mayAssign: (scope: string) => boolean;

  constructor(
    private readonly store: OAuthClientStore,
    private readonly writes: GuardedWrites,
    private readonly authorizationServer: AuthorizationServer,
    config: Config,
  ) {
    this.mayAssign = assignableScopes(config.assignableScopes);
  }

  async create(access: Access, dto: CreateOAuthClientDto): Promise<ClientWithSecret> {
    const { settings, violations } = newClient(dto, this.rulesFor(access));
    demandAdminIfPrivileged(access, settings);
    refuseAny(violations);
    const secret = settings.token_endpoint_auth_method === 'none' ? null : newSecret();
    const created = await this.store.create(access.tenant, access.request, {
      action: 'oauth_client.created',
      changes: changesBetween(null, settings),
      settings,
      secret,
    });
    if (!created) throw Problem.notFound();
    return created;
  }

  list({ tenant }: Access, query: PageQuery): Promise<Page<LoadedOAuthClient>> {
    return readPage(tenant.projectId, query, (before, limit) => this.store.page(tenant, before, limit));
  }

  update(access: Access, dto: UpdateOAuthClientDto, ifMatch: IfMatch): Promise<ClientWithSecret> {
    return this.writes.run(access, ifMatch, async (stored, current) => {
      const { settings, violations } = changedClient(stored, dto, this.rulesFor(current));
      demandAdminIfPrivileged(current, stored, settings);
      refuseAny(violations);
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
  async endTokens(access: Access, ifMatch: IfMatch): Promise<void> {
    await this.writes.run(access, ifMatch, async (stored, current) => {
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

  async delete(access: Access, ifMatch: IfMatch): Promise<void> {
    await this.writes.run(access, ifMatch, (stored, current) => {
      demandAdminIfPrivileged(current, stored);
      return this.store.delete(current.tenant, current.request, stored);
    });
  }

  private rulesFor({ trusted_clients_allowed }: Access): RuleContext {
    return {
      trusted_clients_allowed,
      mayAssign: this.mayAssign,
      serverRefusals: (settings) => this.authorizationServer.refusals(settings),
    };
  }
}

export function refuseAny(violations: readonly Violation[]): void {
  if (violations.length > 0) throw Problem.validationFailed(violations);
}
