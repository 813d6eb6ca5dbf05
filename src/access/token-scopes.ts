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

/** A token's scopes count as far as the tenant's client that it was issued to still has them. */
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
   * The `client_id` of the token, where its client may be a tenant's: not for a token that is good everywhere. A token's
   * client_id can be any string.
   */
  clientOf(actor: Actor): string | null {
    if (this.firstPartyClients.areGoodEverywhere(actor)) return null;
    return isClientId(actor.clientId) ? actor.clientId : null;
  }

  /**
   * Demands that the token carries the scope, and that the client it was issued to still has it, where that is a tenant's.
   *
   * @throws Problem 403 `insufficient_scope`
   */
  async demand(actor: Actor, scope: string): Promise<void> {
    demandScope(actor, scope);
    const client_id = this.clientOf(actor);
    if (client_id === null) return;
    const client = await CLIENT_SCOPE.row(this.pool, { scope, client_id });
    this.demandOfClient(scope, client?.has_scope ?? null);
  }

  /**
   * @param hasScope whether the token's client has the scope; null where that is no tenant's
   * @throws Problem 403 `insufficient_scope`
   */
  demandOfClient(scope: string, hasScope: boolean | null): void {
    if (hasScope !== null && !(hasScope && this.mayAssign(scope))) throw withdrawnScope(scope);
  }
}
