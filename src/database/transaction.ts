import type pg from 'pg';
import type { Queryable } from './prepared-statement.js';

/**
 * Does the work on one connection, in one transaction at READ COMMITTED: all of it or nothing. The pool throws a connection
 * away on which the transaction could not be ended.
 */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (connection: Queryable) => Promise<T>,
): Promise<T> {
  const connection = await pool.connect();
  try {
    await connection.query('begin');
    const result = await work(connection);
    await connection.query('commit');
    return result;
  } catch (error) {
    await connection.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    connection.release();
  }
}
