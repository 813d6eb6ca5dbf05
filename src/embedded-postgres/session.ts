import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { SUPERUSER } from './cluster.js';

/**
 * Opens a superuser's connection that marks the server as in use until it ends. At a server that another process is
 * about to stop this waits, and then fails.
 */
export async function openSession(port: number, password: string): Promise<pg.Client> {
  const session = await connect(port, password);
  try {
    await session.query('select pg_advisory_lock_shared($1)', [IN_USE]);
  } catch (error) {
    await session.end();
    throw error;
  }
  return session;
}

async function connect(port: number, password: string): Promise<pg.Client> {
  const session = new pg.Client({
    host: '127.0.0.1',
    port,
    user: SUPERUSER,
    password,
    database: 'postgres',
    application_name: SESSION,
    ssl: false,
    connectionTimeoutMillis: 5_000,
  });
  // The server may end an idle session, which is no error of ours. A query in flight fails by itself.
  session.on('error', () => undefined);
  await session.connect();
  return session;
}

/**
 * Makes the service's database and the role that owns it, unless they exist. The role is no superuser: what the
 * service's SQL can do ends at its databases.
 */
export async function ensureDatabase(session: pg.Client, name: string, password: string): Promise<void> {
  await session.query('select pg_advisory_lock($1)', [SET_UP]);
  const role = await session.query('select from pg_roles where rolname = $1', [name]);
  if (role.rowCount === 0) {
    await session.query(`create role ${name} login createdb password ${session.escapeLiteral(password)}`);
  }
  const database = await session.query('select from pg_database where datname = $1', [name]);
  // template1 cannot be copied while anyone is connected to it.
  if (database.rowCount === 0) {
    await session.query(`create database ${name} owner ${name} template template0`);
  }
  await session.query('select pg_advisory_unlock($1)', [SET_UP]);
}

/**
 * Ends the session, and calls `stop` if nobody else uses the server: no other process of ours, and no client.
 * Answers whether it did. Nobody can begin to use it between the check and the end of `stop`.
 */
export async function endSession(
  session: pg.Client,
  { port, password, stop }: { port: number; password: string; stop: () => Promise<void> },
): Promise<boolean> {
  await session.end();
  // A new one, because the server may have ended the old one long ago.
  const last = await connect(port, password).catch(() => null);
  if (last === null) return false;
  try {
    if (!(await isLast(last))) return false;
    await stop();
    return true;
  } finally {
    await last.end();
  }
}

async function isLast(session: pg.Client): Promise<boolean> {
  try {
    await session.query(`set lock_timeout = ${PATIENCE_MS}`);
    await session.query('select pg_advisory_lock($1)', [IN_USE]);
    const end = performance.now() + PATIENCE_MS;
    while (await hasClients(session)) {
      // A pool that has just ended is listed for a moment longer.
      if (performance.now() > end) return false;
      await delay(25);
    }
    return true;
  } catch {
    // Others hold the lock, or somebody else has stopped the server in the meantime.
    return false;
  }
}

/** Sessions like this one do not count: holding the lock means that none of them is past its beginning. */
async function hasClients(session: pg.Client): Promise<boolean> {
  const { rowCount } = await session.query(
    `select from pg_stat_activity where backend_type = 'client backend' and application_name <> $1 limit 1`,
    [SESSION],
  );
  return rowCount !== 0;
}

const SESSION = 'embedded-postgres';
/** Advisory locks. They are local to a database, and `postgres` is used for nothing else. */
const IN_USE = 1;
const SET_UP = 2;
const PATIENCE_MS = 500;
