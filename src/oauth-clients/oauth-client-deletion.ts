import { Injectable } from '@nestjs/common';
import { In, IsNull, type EntityManager } from 'typeorm';
import { recordOf } from '../audit/actor-record.js';
import { recordAuditEvents } from '../audit/audit-log.js';
import { AuthorizationServer } from '../authorization-server/authorization-server.js';
import type { Caller } from '../organizations/access.js';
import { OAuthClientSecret } from './oauth-client-secret.entity.js';
import { OAuthClient } from './oauth-client.entity.js';

/** What the deletion of a project or an organization means for its clients. */
@Injectable()
export class OAuthClientDeletion {
  constructor(private readonly authorizationServer: AuthorizationServer) {}

  /** Deletes every client of the projects, each with a revision and an event of its own, and ends their secrets. */
  async deleteAllOf(manager: EntityManager, caller: Caller, projectIds: readonly string[]): Promise<void> {
    if (projectIds.length === 0) return;
    const deleted = await this.markDeleted(manager, caller, projectIds);
    if (deleted.length === 0) return;
    await manager.update(
      OAuthClientSecret,
      { oauthClientId: In(deleted.map(({ id }) => id)), revokedAt: IsNull() },
      { revokedAt: () => 'now()', sealed: null },
    );
    await recordAuditEvents(
      manager,
      caller,
      deleted.map(({ id, ...rest }) => ({
        action: 'oauth_client.deleted' as const,
        oauthClientId: id,
        ...rest,
      })),
    );
  }

  private async markDeleted(
    manager: EntityManager,
    { actor }: Caller,
    projectIds: readonly string[],
  ): Promise<Pick<OAuthClient, 'id' | 'organizationId' | 'projectId' | 'revision'>[]> {
    const applied = this.authorizationServer.appliesOnCommit;
    const result = await manager
      .createQueryBuilder()
      .update(OAuthClient)
      .set({
        deletedAt: () => 'now()',
        modified: () => 'now()',
        modifiedBy: recordOf(actor),
        revision: () => 'revision + 1',
        syncAttempts: 0,
        syncDueAt: null,
        syncProblem: null,
        ...(applied && { syncedRevision: () => 'revision + 1', syncedAt: () => 'now()' }),
      })
      .where({ projectId: In([...projectIds]), deletedAt: IsNull() })
      .returning(['id', 'organizationId', 'projectId', 'revision'])
      .execute();
    return result.generatedMaps as OAuthClient[];
  }
}
