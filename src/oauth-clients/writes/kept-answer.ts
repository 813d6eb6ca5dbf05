import { isUniqueViolation } from '../../database/postgres-errors.js';
import type { PreparedStatement, Queryable } from '../../database/prepared-statement.js';
import type { LiveSecretFacts } from '../model/live-secrets.js';

/** The answer to a call that its caller may repeat, as it is kept. */
export interface KeptAnswer {
  readonly call_id: Buffer;
  readonly body_hash: Buffer;
  /** Of the client, after this write. */
  readonly live_secrets: readonly LiveSecretFacts[] | null;
  /** The encrypted secret that the answer shows. */
  readonly replay_sealed: Buffer | null;
}

/** Undefined also when another call with the same key was first: then the whole statement did nothing. */
export async function once<Row extends object>(
  kept: KeptAnswer | null,
  { plain, keeping }: Readonly<Record<'plain' | 'keeping', Pick<PreparedStatement<Row>, 'row'>>>,
  database: Queryable,
  values: readonly object[],
): Promise<Row | undefined> {
  if (kept === null) return plain.row(database, values);
  const live_secrets = kept.live_secrets && JSON.stringify(kept.live_secrets);
  try {
    return await keeping.row(database, [{ ...kept, live_secrets }, ...values]);
  } catch (error) {
    if (isUniqueViolation(error, 'pk_idempotency_keys')) return undefined;
    throw error;
  }
}
