import { chown, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Launch } from './account.js';
import { tellingLine, type Identity } from './command.js';
import { codeOf } from '../lib/error-code.js';
import { EmbeddedPostgresError } from './embedded-postgres-error.js';

export interface ServerOptions {
  readonly dataDirectory: string;
  readonly logFile: string;
  /** Absolute path of `pg_ctl`. */
  readonly pgCtl: string;
  readonly account: Identity | undefined;
  readonly launch: Launch;
  readonly durable: boolean;
  readonly maxConnections: number;
  /** Called for each attempt to start. */
  readonly choosePort?: () => Promise<number>;
}

/**
 * The server process of one data directory. `pg_ctl` starts it as a daemon: a Ctrl-C that ends this process does not
 * take the database from the requests in flight.
 */
export class PostgresServer {
  private readonly pidFile: string;

  constructor(private readonly options: ServerOptions) {
    this.pidFile = join(options.dataDirectory, 'postmaster.pid');
  }

  /**
   * The port that a server may be found at, or null if none runs. After a crash of the machine it may name a server
   * that is gone while another process has its id, or be NaN.
   */
  async findPort(): Promise<number | null> {
    const lock = await this.readPidFile();
    return lock === null || (lock.pid > 0 && !isAlive(lock.pid)) ? null : lock.port;
  }

  /** Forgets a server that does not exist: its process id belongs to another process now. */
  async forget(): Promise<void> {
    await rm(this.pidFile, { force: true });
  }

  /**
   * Starts the server. Returns too when another process was faster or took the port: look again then.
   *
   * @throws EmbeddedPostgresError when it does not start for another reason
   */
  async start(): Promise<void> {
    const { dataDirectory, logFile, pgCtl, launch } = this.options;
    const port = await (this.options.choosePort ?? freePort)();
    const logged = await this.prepareLog();
    const settings = this.settings(port).join(' ');
    const args = ['start', '-w', '-s', '-D', dataDirectory, '-l', logFile, '-o', settings];
    const { ok, output } = await launch(pgCtl, args);
    if (ok) return;
    const report = `${output}\n${(await readFile(logFile)).subarray(logged).toString()}`;
    if (LOST_RACE.test(report)) return;
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL does not start (${tellingLine(report)}; see ${logFile})`,
      'correct that',
    );
  }

  /**
   * Ends open connections, rolls back what they did not commit, and waits for the end.
   *
   * @throws EmbeddedPostgresError when the server has not stopped after 8 s
   */
  async stop(): Promise<void> {
    const { dataDirectory, pgCtl, launch } = this.options;
    const pid = (await this.readPidFile())?.pid;
    const { output } = await launch(pgCtl, ['stop', '-W', '-s', '-m', 'fast', '-D', dataDirectory]);
    const deadline = performance.now() + STOP_PATIENCE_MS;
    // Not by pg_ctl, which would wait for the next server too if another process starts one now.
    while (pid !== undefined && (await this.readPidFile())?.pid === pid) {
      if (performance.now() > deadline) {
        throw new EmbeddedPostgresError(
          `PostgreSQL in ${dataDirectory} does not stop (${tellingLine(output)})`,
        );
      }
      await delay(POLL_MS);
    }
  }

  private async readPidFile(): Promise<{ pid: number; port: number } | null> {
    const text = await readFile(this.pidFile, 'utf8').catch(() => null);
    if (text === null) return null;
    const lines = text.split('\n');
    return { pid: Number.parseInt(lines[0] ?? ''), port: Number.parseInt(lines[3] ?? '') };
  }

  private settings(port: number): string[] {
    const { durable, maxConnections } = this.options;
    const settings = [
      `port=${port}`,
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      `max_connections=${maxConnections}`,
      ...(durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
    ];
    return settings.map((setting) => `-c ${setting}`);
  }

  /** Makes or rotates the log, as the account cannot, and returns its present length. */
  private async prepareLog(): Promise<number> {
    const { logFile, account } = this.options;
    if ((await sizeOf(logFile)) >= LOG_LIMIT) await rename(logFile, `${logFile}.1`);
    await writeFile(logFile, '', { mode: 0o600, flag: 'a' });
    if (account) await chown(logFile, account.uid, account.gid);
    return sizeOf(logFile);
  }
}

async function sizeOf(file: string): Promise<number> {
  const stats = await stat(file).catch(() => null);
  return stats?.size ?? 0;
}

/** Whether a process with this id exists, whosever it is. */
export function isAlive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().on('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      const port = typeof address === 'object' ? address?.port : undefined;
      probe.close(() => (port === undefined ? reject(new Error('no free port')) : resolve(port)));
    });
  });
}

/** The port was taken meanwhile, another process was faster, or a killed server's children are not gone yet. */
const LOST_RACE =
  /could not create any TCP\/IP sockets|lock file "postmaster\.pid" |PID file ".*" is empty|pre-existing shared memory/;
/** Within the 10 s that the service has to exit. */
const STOP_PATIENCE_MS = 8_000;
const POLL_MS = 10;
const LOG_LIMIT = 1_000_000;
