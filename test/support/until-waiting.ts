import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';

const WAITING = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;

/** Resolves as soon as a statement in this database waits for the lock of another. */
export async function untilWaiting(database: pg.Pool): Promise<void> {
  while ((await database.query(WAITING)).rowCount === 0) await sleep(20);
}
