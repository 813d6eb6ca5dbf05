import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { findSystemAccount, launchAs, type Launch } from '../../src/embedded-postgres/account.js';
import { findBinaries } from '../../src/embedded-postgres/binaries.js';
import { startEmbeddedPostgres } from '../../src/embedded-postgres/embedded-postgres.js';

/** `immediate` is a crash: what was committed has to be recovered at the next start. */
export type StopMode = 'fast' | 'immediate';

/** A PostgreSQL of one's own that keeps what was committed, whatever happens to it. */
export class RestartablePostgres {
  private constructor(
    readonly url: string,
    private readonly directory: string,
    private readonly pgCtl: (...args: readonly string[]) => Promise<void>,
  ) {}

  static async start(): Promise<RestartablePostgres> {
    const directory = await mkdtemp(join(tmpdir(), 'registry-faults-'));
    const { url } = await startEmbeddedPostgres({ directory });
    const data = join(directory, 'postgres');
    const binaries = await findBinaries();
    const launch = await launchAs(await findSystemAccount(data), [binaries.postgres, directory]);
    return new RestartablePostgres(url, directory, (command, ...args) =>
      run(launch, binaries.pgCtl, [command ?? '', '-s', '-w', '-D', data, ...args]),
    );
  }

  /** An empty one, of which nothing but its URL is known. */
  async createDatabase(): Promise<string> {
    const name = `faults_${randomUUID().replaceAll('-', '')}`;
    const client = new pg.Client(this.url);
    await client.connect();
    await client.query(`create database ${name} template template0`).finally(() => client.end());
    const url = new URL(this.url);
    url.pathname = `/${name}`;
    return url.href;
  }

  /** On the same port. */
  restart(mode: StopMode): Promise<void> {
    return this.pgCtl('restart', '-m', mode, '-l', join(this.directory, 'postgres.log'));
  }

  async stop(): Promise<void> {
    await this.pgCtl('stop', '-m', 'immediate');
    await rm(this.directory, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function run(launch: Launch, program: string, args: readonly string[]): Promise<void> {
  const { ok, output } = await launch(program, args);
  if (!ok) throw new Error(`pg_ctl ${args.join(' ')}: ${output}`);
}
