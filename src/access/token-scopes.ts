import { Injectable } from '@nestjs/common';
import pg from 'pg';
import type { Actor } from '../auth/actor.js';
import { Config } from '../config/config.js';
import { PreparedStatement } from '../database/prepared-statement.js';
import { isClientId } from '../lib/client-id.js';
import { assignableScopes } from '../oauth-clients/model/scope.js';
import { demandScope, withdrawnScope } from './demand-scope.js';
import { FirstPartyClients } from './first-party-clients.js';

const CLIENT_SCOPE = new PreparedStatement<{ has_scope: boolean }>(
  'client_scope',
  `select :scope = any(scopes) as has_scope from oauth_clients where client_id = :client_id and deleted_at is null`,
  { has_scope: 'bool' },
);

/** What tokens may do outside of a single project: there, the access check sees the same by its own statement. */
@Injectable()
export class TokenScopes {
  private readonly mayAssign: (scope: string) => boolean;

  constructor(
    private readonly pool: pg.Pool,
    private readonly firstPartyClients: FirstPartyClients,
    config: Config,
  ) {
    this.mayAssign = assignableScopes(config.assignableScopes);
  }

  /**
   * Demands that the token carries the scope, and that the client it was issued to still has it, where that is a tenant's.
   *
   * @throws Problem 403 `insufficient_scope`
   */
  async demand(actor: Actor, scope: string): Promise<void> {
    demandScope(actor, scope);
    const { clientId } = actor;
    if (this.firstPartyClients.areGoodEverywhere(actor) || !isClientId(clientId)) return;
    const client = await CLIENT_SCOPE.row(this.pool, { scope, client_id: clientId });
    if (client && !(client.has_scope && this.mayAssign(scope))) throw withdrawnScope(scope);
  }
}
