import { isUniqueViolation } from '../../database/postgres-errors.js';
import type { PreparedStatement, Queryable } from '../../database/prepared-statement.js';
import type { LiveSecretFacts } from '../model/live-secrets.js';

/** The answer to a call that its caller may repeat, as it is kept. */
export interface KeptAnswer {
  readonly call_id: Buffer;
  readonly body_hash: Buffer;
  /** The live secrets of the client after this write; null for a public client. */
  readonly live_secrets: readonly LiveSecretFacts[] | null;
  /** The encrypted secret that the answer shows. */
  readonly replay_sealed: Buffer | null;
}

/**
 * Runs a write, in the form that keeps the answer where one is to be kept. Undefined when it wrote nothing, also because
 * another call with the same key was first.
 */
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
