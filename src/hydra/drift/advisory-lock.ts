import pg from 'pg';

/** The key of the lock, the same in every version: whoever holds it compares. */
const DRIFT_LOCK = 7_024_932;

/**
 * Does the work unless another process is at it. The lock is held by a connection of its own, outside of the pool, and ends
 * with it: closed here, or by the system when this process is killed.
 *
 * @returns false when another process is at it
 */
export async function withAdvisoryLock(pool: pg.Pool, work: () => Promise<void>): Promise<boolean> {
  const connection = new pg.Client(pool.options);
  // A lost connection must not end the process. It frees the lock, so that another process may compare, too: that does
  // no harm.
  connection.on('error', () => undefined);
  try {
    await connection.connect();
    const { rows } = await connection.query<{ locked: boolean }>(
      'select pg_try_advisory_lock($1) as locked',
      [DRIFT_LOCK],
    );
    if (!rows[0]?.locked) return false;
    await work();
    return true;
  } finally {
    await connection.end().catch(() => undefined);
  }
}
