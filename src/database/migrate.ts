import type { DataSource } from 'typeorm';

/** Any number, the same in every version: whoever holds this lock migrates. */
const MIGRATION_LOCK = 7_024_931;

/** Runs what is pending. Nodes that start together take turns; the lock ends with its connection, so a killed one frees it. */
export async function migrate(dataSource: DataSource): Promise<void> {
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await dataSource.runMigrations();
  } finally {
    await lock.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]).catch(() => undefined);
    await lock.release();
  }
}
