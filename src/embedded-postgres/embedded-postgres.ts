import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { admit, findSystemAccount, launchAs } from './account.js';
import { attach } from './attach.js';
import { findBinaries } from './binaries.js';
import { ensureCluster } from './cluster.js';
import { codeOf } from '../lib/error-code.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';
import { PostgresServer } from './server.js';
import { endSession, ensureDatabase } from './session.js';

export interface EmbeddedPostgresOptions {
  /** Made if missing. Holds the data (`postgres/`) and the server's logs. */
  readonly directory: string;
  readonly log?: (line: string) => void;
  /** Default true. False trades safety in a crash for speed: for data that nobody will miss. */
  readonly durable?: boolean;
  /** Default 100. A server that runs already keeps its own limit. */
  readonly maxConnections?: number;
}

export interface EmbeddedPostgres {
  /** Connection string of the database `registry`. Its role owns it and may create more. */
  readonly url: string;
  /** Stops the server, unless somebody else is connected to it. Close your own connections before. */
  stop(): Promise<void>;
}

/**
 * Starts the PostgreSQL that npm installed on `<directory>/postgres`, or takes over the one that runs there already:
 * that of another process, which then shares it, or one whose starter was killed.
 *
 * @throws EmbeddedPostgresError if it cannot serve; the message says why and what to do
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { server, password } = await prepare(options).catch(explain(options.directory));
  const { session, port } = await attach(server, password).catch(explain(options.directory));
  const stop = async (): Promise<void> => {
    const stopped = await endSession(session, { port, password, stop: () => server.stop() });
    options.log?.(
      stopped ? 'PostgreSQL has stopped' : 'PostgreSQL is left alone: others use it, or it is gone',
    );
  };
  try {
    await ensureDatabase(session, DATABASE, password);
  } catch (error) {
    await stop();
    throw error;
  }
  options.log?.(`PostgreSQL serves on port ${port}`);
  return {
    url: `postgresql://${DATABASE}:${password}@127.0.0.1:${port}/${DATABASE}?sslmode=disable`,
    stop,
  };
}

/**
 * Turns an error of the system, such as a full disk or a directory that cannot be written, into a sentence. The system's
 * own words name the path and what is wrong with it.
 */
function explain(directory: string): (error: unknown) => never {
  return (error) => {
    if (codeOf(error) === undefined) throw error;
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL cannot use ${directory} (${String(error)})`,
      'correct that',
    );
  };
}

async function prepare(
  options: EmbeddedPostgresOptions,
): Promise<{ server: PostgresServer; password: string }> {
  const { log = () => undefined, durable = true, maxConnections = 100 } = options;
  const directory = resolve(options.directory);
  const dataDirectory = join(directory, 'postgres');
  const binaries = await findBinaries();
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const account = await findSystemAccount(dataDirectory);
  await admit(account, directory);
  const launch = await launchAs(account, [binaries.postgres, directory]);
  const password = await ensureCluster({ dataDirectory, binaries, account, launch, durable, log });
  const logFile = join(directory, 'postgres.log');
  const { pgCtl } = binaries;
  const shared = { dataDirectory, account, launch, durable };
  return { server: new PostgresServer({ ...shared, logFile, pgCtl, maxConnections }), password };
}

const DATABASE = 'registry';
