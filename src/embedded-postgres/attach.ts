import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { codeOf } from '../lib/error-code.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import type { PostgresServer } from './server.js';
import { openSession } from './session.js';

export interface Attachment {
  readonly port: number;
  readonly session: pg.Client;
}

/**
 * Opens a session with the server, and starts it when none runs. Other processes may start and stop it at the same time.
 *
 * @throws EmbeddedPostgresError when the server does not start, refuses the connection, or does not answer within 60 s
 */
export async function attach(server: PostgresServer, password: string): Promise<Attachment> {
  const deadline = performance.now() + PATIENCE_MS;
  let absent = 0;
  while (performance.now() < deadline) {
    const port = await server.findPort();
    if (port === null) {
      await server.start();
      continue;
    }
    const session = await tryOpen(port, password);
    if (session instanceof pg.Client) return { port, session };
    if (session === 'absent' && ++absent === ABSENCES) await server.forget();
    await delay(POLL_MS);
  }
  throw new EmbeddedPostgresError(
    `The embedded PostgreSQL does not answer within ${PATIENCE_MS / 1_000} s`,
    'look into postgres.log in the data directory',
  );
}

/** `busy`: a server is there that is about to start or stop. `absent`: nobody listens. */
async function tryOpen(port: number, password: string): Promise<pg.Client | 'busy' | 'absent'> {
  if (!Number.isInteger(port)) return 'absent';
  try {
    return await openSession(port, password);
  } catch (error) {
    if (!(error instanceof pg.DatabaseError)) return codeOf(error) === 'ECONNREFUSED' ? 'absent' : 'busy';
    if (TRANSIENT_STATES.has(error.code ?? '')) return 'busy';
    const problem = `The embedded PostgreSQL on port ${port} refuses a connection (${error.message})`;
    throw new EmbeddedPostgresError(problem, 'stop it');
  }
}

/** admin_shutdown, crash_shutdown, cannot_connect_now. */
const TRANSIENT_STATES = new Set(['57P01', '57P02', '57P03']);
/** Recovery after a crash takes its time. */
const PATIENCE_MS = 60_000;
const POLL_MS = 50;
/**
 * How many looks, 1 s in all, find nobody listening where `postmaster.pid` points to before that file is forgotten:
 * longer than a server's start or end leaves it so.
 */
const ABSENCES = 20;
