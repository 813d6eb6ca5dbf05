import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { originOf } from '../audit/audit-log.js';
import type { Caller } from '../auth/caller.js';
import { AuthorizationServer } from '../authorization-server/authorization-server.js';
import type { Queryable } from '../database/prepared-statement.js';
import { deleteClientsOf, followTrust, type WriteContext } from './writes/oauth-client.writes.js';

/** What a change of a project or an organization means for its clients. */
@Injectable()
export class ClientsOfTenants {
  constructor(
    private readonly authorizationServer: AuthorizationServer,
    private readonly pool: pg.Pool,
  ) {}

  /** Deletes every client of the projects, in the transaction that deletes them. */
  deleteAllOf(database: Queryable, caller: Caller, projectIds: readonly string[]): Promise<void> {
    return deleteClientsOf(database, this.contextOf(caller), projectIds);
  }

  /** Gives or takes the effect of `trusted`, in the transaction in which the organization gets or loses the permission. */
  followTrust(database: Queryable, caller: Caller, organizationId: string): Promise<void> {
    return followTrust(database, this.contextOf(caller), organizationId);
  }

  /**
   * Does the same once more, after the commit in which the permission was lost. A client that became trusted meanwhile was
   * invisible to that transaction, and may have been brought to the authorization server with its trust in effect.
   */
  followTrustLate(caller: Caller, organizationId: string): Promise<void> {
    return followTrust(this.pool, this.contextOf(caller), organizationId);
  }

  /** Tells the authorization server that clients were changed. To be called after the commit of any of these. */
  haveChanged(): void {
    this.authorizationServer.clientsChanged();
  }

  private contextOf(caller: Caller): WriteContext {
    return { ...originOf(caller), applied: this.authorizationServer.appliesOnCommit };
  }
}
