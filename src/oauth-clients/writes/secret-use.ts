import { NO_COLUMNS, PreparedStatement, type Queryable } from '../../database/prepared-statement.js';
import { USE_IS_DUE } from '../model/secret-use.js';

const NOTE_USE = new PreparedStatement(
  'oauth_client_secret_use',
  `update oauth_client_secrets set last_used_at = now() where id = :id and ${USE_IS_DUE}`,
  NO_COLUMNS,
);

/** Notes that a secret has just been used. Once a minute is enough; its failure must fail nothing. */
export async function noteUse(database: Queryable, secretId: string): Promise<void> {
  await NOTE_USE.count(database, { id: secretId });
}
