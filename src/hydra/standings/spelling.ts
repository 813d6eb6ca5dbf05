import { PreparedStatement, type Queryable } from '../../database/prepared-statement.js';

/** The `client_id` of a client as Hydra has it. */
export interface Spelling {
  readonly client_id: string;
}

/**
 * The first part finds a client by the unique index, the second by an index of those ids only that have upper-case
 * letters.
 */
const FIND = new PreparedStatement<Spelling>(
  'hook_client_spelling',
  `select client_id from oauth_clients where client_id = :folded
   union all
   select client_id from oauth_clients where lower(client_id) = :folded and client_id <> lower(client_id)
   union all
   select client_id from authorization_server_orphans where client_id = :folded
   limit 1`,
  { client_id: 'text' },
);

/** Null where no client has the id in any case. @param folded the id in lower case */
export const spellingOf = async (database: Queryable, folded: string): Promise<Spelling | null> =>
  (await FIND.row(database, { folded })) ?? null;
