import type { EntityManager, QueryDeepPartialEntity } from 'typeorm';
import { v7 } from 'uuid';
import type { Caller } from '../auth/caller.js';
import { recordOf } from './actor-record.js';
import { AuditEvent, type AuditAction, type AuditChanges } from './audit-event.entity.js';

interface Happening {
  readonly action: AuditAction;
  readonly organization_id: string;
  readonly project_id?: string;
  readonly oauth_client_id?: string;
  readonly revision?: number;
  readonly changes?: AuditChanges;
}

/** A statement takes at most 65,535 parameters. */
const BATCH = 1_000;

/** Writes audit events in the transaction of what they record. */
export async function recordAuditEvents(
  manager: EntityManager,
  { actor, requestId }: Caller,
  happenings: readonly Happening[],
): Promise<void> {
  // TypeORM's insert type wants to look into the members of a JSON column, and cannot look into unknown.
  const events = happenings.map((happening) => ({
    project_id: null,
    oauth_client_id: null,
    revision: null,
    changes: {},
    ...happening,
    id: v7(),
    actor: recordOf(actor),
    request_id: requestId,
  })) as QueryDeepPartialEntity<AuditEvent>[];
  for (let start = 0; start < events.length; start += BATCH) {
    await manager.insert(AuditEvent, events.slice(start, start + BATCH));
  }
}
