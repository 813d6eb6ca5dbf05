import { NO_COLUMNS, PreparedStatement, type Queryable } from '../../database/prepared-statement.js';
import { REFUSAL_IS_DUE, USE_IS_DUE } from '../model/secret-use.js';
import { IS_UNSEEN } from '../model/secrets-of-client.js';
import { IS_UNLEASED, TOLD_ANEW } from '../model/sync-state.js';

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
 * Notes that a secret has just been used, and that its client was, unless a change has locked the client: this waits for
 * nobody. Once a minute is enough; its failure must fail nothing.
 */
export async function noteUse(database: Queryable, secretId: string): Promise<void> {
  await NOTE_USE.count(database, { id: secretId });
}

/** Notes that somebody was refused who named the client. Like a use, once a minute. */
export async function noteRefusal(database: Queryable, clientId: string): Promise<void> {
  await NOTE_REFUSAL.count(database, { client_id: clientId });
}

/**
 * The client's revision stays: nothing has changed for its owner. With the next lease it comes to the token gate. A client
 * that is being changed is left for the next use, so that this cannot deadlock. So is one that is on its way to Hydra: the
 * end of that attempt would say that Hydra lacks nothing, and the client would not come to the gate.
 */
const KEEP_SEEN = new PreparedStatement(
  'oauth_client_secret_seen',
  `with free as (
     select c.id, s.id as secret_id from oauth_clients c join oauth_client_secrets s on s.oauth_client_id = c.id
     where s.id = :id and c.deleted_at is null and s.revoked_at is null and ${IS_UNSEEN} and ${IS_UNLEASED}
     for update of c, s skip locked
   ), seen as (
     update oauth_client_secrets s set scrypt = :scrypt, last_four = :last_four from free where s.id = free.secret_id
   )
   update oauth_clients c set ${TOLD_ANEW} from free where c.id = free.id`,
  NO_COLUMNS,
);

/** Keeps the slow hash of an imported secret that the authorization server has just taken for right. */
export async function keepSeenSecret(
  database: Queryable,
  seen: { readonly id: string; readonly scrypt: Buffer; readonly last_four: string | null },
): Promise<void> {
  await KEEP_SEEN.count(database, seen);
}
