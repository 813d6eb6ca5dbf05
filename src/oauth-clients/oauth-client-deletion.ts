import { Injectable } from '@nestjs/common';
import { originOf } from '../audit/audit-log.js';
import type { Caller } from '../auth/caller.js';
import { AuthorizationServer } from '../authorization-server/authorization-server.js';
import type { Queryable } from '../database/prepared-statement.js';
import { deleteClientsOf } from './writes/oauth-client.writes.js';

/** What the deletion of a project or an organization means for its clients. */
@Injectable()
export class OAuthClientDeletion {
  constructor(private readonly authorizationServer: AuthorizationServer) {}

  /** Deletes every client of the projects, in the transaction that deletes them. */
  deleteAllOf(database: Queryable, caller: Caller, projectIds: readonly string[]): Promise<void> {
    const context = { ...originOf(caller), applied: this.authorizationServer.appliesOnCommit };
    return deleteClientsOf(database, context, projectIds);
  }
}
