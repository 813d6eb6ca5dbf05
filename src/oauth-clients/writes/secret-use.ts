import { NO_COLUMNS, PreparedStatement, type Queryable } from '../../database/prepared-statement.js';
import { REFUSAL_IS_DUE, USE_IS_DUE } from '../model/secret-use.js';

const NOTE_USE = new PreparedStatement(
  'oauth_client_secret_use',
  `with noted as (
     update oauth_client_secrets s set last_used_at = now() where s.id = :id and ${USE_IS_DUE}
     returning oauth_client_id, last_used_at
   ), free as (
     select c.id, noted.last_used_at from oauth_clients c join noted on noted.oauth_client_id = c.id
     for update of c skip locked
   )
   update oauth_clients c set last_used_at = free.last_used_at from free where c.id = free.id`,
  NO_COLUMNS,
);

const NOTE_REFUSAL = new PreparedStatement(
  'oauth_client_refusal',
  `update oauth_clients c set last_refused_at = now() where c.client_id = :client_id and ${REFUSAL_IS_DUE}`,
  NO_COLUMNS,
);

/**
 * Notes that a secret has just been used, and beside it that its client was, unless somebody is changing that: it waits for no
 * change. Once a minute is enough; its failure must fail nothing.
 */
export async function noteUse(database: Queryable, secretId: string): Promise<void> {
  await NOTE_USE.count(database, { id: secretId });
}

/** Notes that somebody was refused who named the client. Like a use, once a minute. */
export async function noteRefusal(database: Queryable, clientId: string): Promise<void> {
  await NOTE_REFUSAL.count(database, { client_id: clientId });
}
