import { v7 } from 'uuid';
import type { Caller } from '../auth/caller.js';
import {
  NO_COLUMNS,
  PreparedStatement,
  type Queryable,
  type Values,
} from '../database/prepared-statement.js';
import { recordOf, type ActorRecord } from './actor-record.js';
import type { AuditAction, AuditChanges } from './audit-event.entity.js';

/**
 * Something that happened to an organization, a project or a member. Events of clients are written by the statements that
 * change clients.
 */
export interface Happening {
  readonly action: AuditAction;
  readonly organization_id: string;
  readonly project_id?: string;
  readonly changes?: AuditChanges;
}

/** What several events of one call have in common. */
export interface AuditOrigin {
  readonly actor: ActorRecord;
  readonly requestId: string;
}

export const originOf = ({ actor, requestId }: Caller): AuditOrigin => ({
  actor: recordOf(actor),
  requestId,
});

/**
 * SQL that writes one event for each row of `source`. That is the name of a part (`with`) of the statement with the
 * columns `event_id`, `organization_id`, `project_id`, `oauth_client_id`, `secret_id`, `action`, `changes` and
 * `revision`. The parameters are those of `originValues`.
 */
export const insertAuditEvents = (source: string): string => `
    insert into audit_events
      (id, organization_id, project_id, oauth_client_id, secret_id, actor, action, changes, request_id, revision)
    select event_id, organization_id, project_id, oauth_client_id, secret_id, :actor::jsonb, action, changes, :request_id, revision
    from ${source}`;

export const originValues = ({ actor, requestId }: AuditOrigin): Values => ({
  actor: JSON.stringify(actor),
  request_id: requestId,
});

const RECORD = new PreparedStatement(
  'audit_events_record',
  `with happened as (
     select event_id, organization_id, project_id, null::uuid as oauth_client_id, null::uuid as secret_id, action, changes, null::integer as revision
     from jsonb_to_recordset(:happenings::jsonb)
       as h (event_id uuid, organization_id uuid, project_id uuid, action text, changes jsonb)
   )${insertAuditEvents('happened')}`,
  NO_COLUMNS,
);

/** Writes audit events in the transaction of what they record. */
export async function recordAuditEvents(
  database: Queryable,
  caller: Caller,
  happenings: readonly Happening[],
): Promise<void> {
  const events = happenings.map((happening) => ({ changes: {}, ...happening, event_id: v7() }));
  await RECORD.count(database, { ...originValues(originOf(caller)), happenings: JSON.stringify(events) });
}
