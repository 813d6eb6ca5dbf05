import { NO_COLUMNS, PreparedStatement, type Queryable } from '../database/prepared-statement.js';
import { ERASED_CHANGE } from './audit-event.entity.js';

/** The one update of events that the trigger of the table lets through, and only for clients that are erased. */
const ERASE_CHANGES = new PreparedStatement(
  'audit_events_erase_changes',
  `update audit_events e set changes = (
     select jsonb_object_agg(key, case when key = any(:members::text[]) then :erased_change::jsonb else value end)
     from jsonb_each(e.changes)
   )
   where e.oauth_client_id = any(:client_ids::uuid[]) and e.changes ?| :members::text[]`,
  NO_COLUMNS,
);

/** Lets the events of erased clients, and of their secrets, no longer tell what these members were. */
export async function eraseChanges(
  database: Queryable,
  clientIds: readonly string[],
  members: readonly string[],
): Promise<void> {
  if (clientIds.length === 0) return;
  const erased_change = JSON.stringify(ERASED_CHANGE);
  await ERASE_CHANGES.count(database, { client_ids: clientIds, members, erased_change });
}
