import { setTimeout as sleep } from 'node:timers/promises';
import { Module, type DynamicModule, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import pg from 'pg';
import { ConfigModule } from '../config/config.module.js';
import { Config } from '../config/config.js';
import { ConfigurationError } from '../config/environment.js';
import { isDatabaseUnavailable } from '../database/postgres-errors.js';
import { openServiceDatabase } from '../database/service-database.js';
import { CONNECT_TIMEOUT_MS, QUERY_TIMEOUT_MS } from '../database/timeouts.js';
import { EmbeddedPostgresError } from '../embedded-postgres/embedded-postgres-error.js';
import { HydraFailure, HydraRejection } from '../hydra/admin-api/hydra-failure.js';
import { HydraCommandsModule } from '../hydra/hydra-commands.module.js';
import { codeOf } from '../lib/error-code.js';
import { Progress } from '../lib/progress.js';
import { readable } from '../lib/readable.js';
import { orAborted } from '../lib/until-aborted.js';

/** What a command works with that looks at the registry and at Hydra. */
export interface HydraSession {
  /** A provider that `HydraCommandsModule` exports. */
  get<T>(this: void, type: Type<T>): T;
  /** Aborted by Ctrl-C, and by a request to end. */
  readonly signal: AbortSignal;
  readonly progress: Progress;
  /** Writes a line to standard output. Control characters are escaped, since names in Hydra may be anybody's text. */
  print(this: void, line: string): void;
  /** The same on standard error: for people, while a program reads the results on standard output. */
  remark(this: void, line: string): void;
}

/** Exit codes that shells read as "ended by the signal": 128 and the number of the signal. */
const STOPPED = { SIGINT: 130, SIGPIPE: 141, SIGTERM: 143 } as const;
const COULD_NOT = 2;
/** Milliseconds that calls under way still get when the command is over. */
const LINGER_MS = 500;

/**
 * Runs a command with the service's own configuration and database, which it does not migrate. Its exit code is what `work`
 * returns, 2 when it could not be done (with a sentence on standard error), and that of the signal when it was stopped.
 */
export async function runHydraCommand<Arguments>(
  read: (args: readonly string[]) => Arguments,
  work: (session: HydraSession, args: Arguments) => Promise<number>,
): Promise<void> {
  const signal = nextStopSignal();
  const progress = new Progress();
  try {
    const args = read(process.argv.slice(2));
    process.exitCode = await inSession({ signal, progress }, (session) => work(session, args));
  } catch (error) {
    progress.clear();
    process.exitCode = signal.aborted ? Number(signal.reason) : COULD_NOT;
    process.stderr.write(`${signal.aborted ? 'Stopped.' : explanationOf(error)}\n`);
  }
  setTimeout(() => process.exit(), LINGER_MS).unref();
}

/**
 * Aborted with the exit code as its reason. The handlers stay, since a signal may come twice: npm passes on what a
 * terminal sends to all.
 */
function nextStopSignal(): AbortSignal {
  const stopping = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.on(name, () => stopping.abort(STOPPED[name]));
  // A reader that has seen enough (such as `head`) closes the pipe. Node ignores SIGPIPE, and fails the next write
  // instead.
  process.stdout.on('error', () => stopping.abort(STOPPED.SIGPIPE));
  return stopping.signal;
}

async function inSession(
  base: Pick<HydraSession, 'signal' | 'progress'>,
  work: (session: HydraSession) => Promise<number>,
): Promise<number> {
  const config = new Config(process.env);
  if (config.hydra === null) throw new ConfigurationError('This command is for AUTHORIZATION_SERVER=hydra.');
  const write =
    (stream: NodeJS.WriteStream) =>
    (line: string): void => {
      base.progress.clear();
      stream.write(`${readable(line)}\n`);
    };
  const output = { print: write(process.stdout), remark: write(process.stderr) };
  const run = async (pool: pg.Pool): Promise<number> => {
    const context = await NestFactory.createApplicationContext(CommandModule.with(config, pool), {
      logger: false,
      abortOnError: false,
    });
    return work({ ...base, ...output, get: (type) => context.get(type) });
  };
  return withPool(config, (pool) => orAborted(run(pool), base.signal));
}

/** The same providers as in the service, on a pool that is closed whatever becomes of them. */
@Module({})
class CommandModule {
  static with(config: Config, pool: pg.Pool): DynamicModule {
    return {
      module: CommandModule,
      global: true,
      imports: [ConfigModule.with(config), HydraCommandsModule],
      providers: [{ provide: pg.Pool, useValue: pool }],
      exports: [pg.Pool],
    };
  }
}

async function withPool<T>(config: Config, work: (pool: pg.Pool) => Promise<T>): Promise<T> {
  const database = await openServiceDatabase(config);
  const pool = new pg.Pool({
    connectionString: database.url,
    max: 2,
    application_name: 'oauth-client-registry-command',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
  });
  // An idle connection that is lost fails the next query, not the process.
  pool.on('error', () => undefined);
  return work(pool).finally(async () => {
    // Ending the pool would wait for ever for a database that no longer answers.
    await Promise.race([pool.end(), sleep(LINGER_MS, undefined, { ref: false })]);
    await database.stop();
  });
}

/** SQLSTATE of PostgreSQL: undefined table, undefined column. */
const OTHER_SCHEMA = ['42P01', '42703'];

function explanationOf(error: unknown): string {
  if (error instanceof ConfigurationError || error instanceof EmbeddedPostgresError) return error.message;
  if (error instanceof HydraFailure || error instanceof HydraRejection) {
    return `Hydra's admin API (HYDRA_ADMIN_URL) does not do its part: ${error.message}.`;
  }
  const code = codeOf(error) ?? 'no answer';
  if (OTHER_SCHEMA.includes(code)) {
    return 'The database is of another version: the service migrates it when it starts.';
  }
  if (isDatabaseUnavailable(error)) return `DATABASE_URL names a database that cannot be used (${code}).`;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
