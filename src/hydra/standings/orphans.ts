import { NO_COLUMNS, PreparedStatement, type Queryable } from '../../database/prepared-statement.js';

const NOTE = new PreparedStatement(
  'orphans_note',
  `insert into authorization_server_orphans (client_id, found_at)
   select unnest(:client_ids::text[]), :found_at::timestamptz
   on conflict (client_id) do update set found_at = excluded.found_at`,
  NO_COLUMNS,
);

const FORGET = new PreparedStatement(
  'orphans_forget',
  `delete from authorization_server_orphans where found_at < :found_before::timestamptz`,
  NO_COLUMNS,
);

const FIND = new PreparedStatement<{ client_id: string }>(
  'orphans_find',
  `select client_id from authorization_server_orphans where client_id = any(:client_ids::text[])`,
  { client_id: 'text' },
);

/**
 * Notes orphans, until a comparison no longer finds them.
 *
 * @param foundAt by the database's clock
 */
export async function noteOrphans(
  database: Queryable,
  clientIds: readonly string[],
  foundAt: Date,
): Promise<void> {
  await NOTE.count(database, { client_ids: clientIds, found_at: foundAt });
}

/**
 * Forgets the orphans that were not seen since: they were imported or deleted.
 *
 * @param foundBefore when a complete comparison began
 */
export async function forgetOrphans(database: Queryable, foundBefore: Date): Promise<void> {
  await FORGET.count(database, { found_before: foundBefore });
}

/** Whether Hydra is known to have a client of this registry with that id, which the registry does not have. */
export const isOrphan = async (database: Queryable, clientId: string): Promise<boolean> =>
  (await orphansAmong(database, [clientId])).length > 0;

export const orphansAmong = async (database: Queryable, clientIds: readonly string[]): Promise<string[]> =>
  (await FIND.rows(database, { client_ids: clientIds })).map(({ client_id }) => client_id);
