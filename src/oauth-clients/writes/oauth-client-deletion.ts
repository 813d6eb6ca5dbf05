import { Injectable } from '@nestjs/common';
import { Any, IsNull, type EntityManager } from 'typeorm';
import { recordOf } from '../../audit/actor-record.js';
import { recordAuditEvents } from '../../audit/audit-log.js';
import { AuthorizationServer } from '../../authorization-server/authorization-server.js';
import { Artifact } from '../../embedded-server/artifact.entity.js';
import type { Caller } from '../../auth/caller.js';
import { OAuthClientSecret } from '../model/oauth-client-secret.entity.js';
import { OAuthClient } from '../model/oauth-client.entity.js';

/** A row as PostgreSQL returns it: of an update by condition TypeORM makes no entities. */
interface DeletedRow {
  readonly id: string;
  readonly client_id: string;
  readonly organization_id: string;
  readonly project_id: string;
  readonly revision: number;
}

/** What the deletion of a project or an organization means for its clients. */
@Injectable()
export class OAuthClientDeletion {
  constructor(private readonly authorizationServer: AuthorizationServer) {}

  /** Deletes every client of the projects, each with a revision and an event of its own, and ends their secrets and tokens. */
  async deleteAllOf(manager: EntityManager, caller: Caller, projectIds: readonly string[]): Promise<void> {
    const deleted = await this.markDeleted(manager, caller, projectIds);
    const happenings = deleted.map((row) => ({
      action: 'oauth_client.deleted' as const,
      organization_id: row.organization_id,
      project_id: row.project_id,
      oauth_client_id: row.id,
      revision: row.revision,
    }));
    await recordAuditEvents(manager, caller, happenings);
    const ids = deleted.map(({ id }) => id);
    const alive = { oauth_client_id: Any(ids), revoked_at: IsNull() };
    await manager.update(OAuthClientSecret, alive, { revoked_at: () => 'now()', sealed: null });
    await manager.delete(Artifact, { client_id: Any(deleted.map((row) => row.client_id)) });
  }

  private async markDeleted(
    manager: EntityManager,
    { actor }: Caller,
    projectIds: readonly string[],
  ): Promise<DeletedRow[]> {
    const applied = this.authorizationServer.appliesOnCommit;
    const { raw } = await manager
      .createQueryBuilder()
      .update(OAuthClient)
      .set({
        deleted_at: () => 'now()',
        modified: () => 'now()',
        modified_by: recordOf(actor),
        revision: () => 'revision + 1',
        sync_attempts: 0,
        sync_due_at: null,
        sync_problem: null,
        ...(applied && { synced_revision: () => 'revision + 1', synced_at: () => 'now()' }),
      })
      .where({ project_id: Any([...projectIds]), deleted_at: IsNull() })
      .returning(['id', 'client_id', 'organization_id', 'project_id', 'revision'])
      .execute();
    return raw as DeletedRow[];
  }
}
