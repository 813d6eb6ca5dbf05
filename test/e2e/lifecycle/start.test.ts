import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { MIGRATIONS } from '../../../src/app/schema.js';
import { asAdmin, createDatabase, databaseUrl } from '../../support/postgres.js';
import { freePort } from '../../support/free-port.js';
import { ServiceProcess } from '../../support/service-process.js';

/** What `migrate` takes. */
const MIGRATION_LOCK = 7_024_931;

describe('the start', () => {
  const started: ServiceProcess[] = [];
  const launch = async (env: Record<string, string>): Promise<ServiceProcess> => {
    const service = await ServiceProcess.launch(env);
    started.push(service);
    return service;
  };
  afterAll(() => started.map((service) => service.signal('SIGKILL')));

  async function emptyDatabase(): Promise<string> {
    const name = `empty_${randomUUID().replaceAll('-', '')}`;
    await asAdmin(`create database ${name}`);
    return databaseUrl(name);
  }

  async function query<Row extends object>(url: string, text: string): Promise<Row[]> {
    const client = new pg.Client(url);
    await client.connect();
    return (await client.query<Row>(text).finally(() => client.end())).rows;
  }

  /** Keeps everybody from migrating until it is let go. */
  async function holdLock(url: string): Promise<pg.Client> {
    const holder = new pg.Client(url);
    await holder.connect();
    await holder.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    return holder;
  }

  async function waitForWaiters(holder: pg.Client, count: number): Promise<void> {
    const waiting = `select from pg_locks l join pg_database d on d.oid = l.database
      where d.datname = current_database() and locktype = 'advisory' and not granted`;
    while ((await holder.query(waiting)).rowCount !== count);
  }

  describe('when two processes start at once on one empty database', () => {
    it('two processes that start at once on one empty database migrate and seed once, and both serve', async () => {
      const url = await emptyDatabase();
      const holder = await holdLock(url);
      const env = { DATABASE_URL: url, DATA_DIR: mkdtempSync(join(tmpdir(), 'registry-two-')) };
      const nodes = await Promise.all([launch(env), launch(env)]);
      await waitForWaiters(holder, 2);
      await holder.end();
      await Promise.all(nodes.map((node) => node.ready()));
      const health = await Promise.all(nodes.map((node) => node.api.get('/health/ready')));
      expect(health.map(({ status }) => status)).toEqual([200, 200]);
      const done = await query<{ name: string }>(url, 'select name from migrations order by id');
      expect(done.map(({ name }) => name)).toEqual(MIGRATIONS.map(({ name }) => name));
      expect(await query(url, 'select from organizations')).toHaveLength(1);
      expect(await Promise.all(nodes.map((node) => node.stop()))).toEqual([
        { code: 0, signal: null },
        { code: 0, signal: null },
      ]);
    });
  });

  describe('when it is told to stop while it migrates', () => {
    it('a start that is told to stop while it migrates ends cleanly, leaves the lock free and listens no more', async () => {
      const url = await emptyDatabase();
      const holder = await holdLock(url);
      const service = await launch({ DATABASE_URL: url });
      await waitForWaiters(holder, 1);
      service.signal('SIGTERM');
      await holder.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]);
      expect(await service.ended).toEqual({ code: 0, signal: null });
      await expect(service.api.get('/health/live')).rejects.toThrow('fetch failed');
      const { rows } = await holder.query('select pg_try_advisory_lock($1) as free', [MIGRATION_LOCK]);
      expect(rows).toEqual([{ free: true }]);
      await holder.end();
    });
  });

  describe('when it cannot start', () => {
    const outcomeOf = async (env: Record<string, string>): Promise<[number | null, string, string]> => {
      const service = await launch(env);
      const { code } = await service.ended;
      return [code, service.stdout, service.stderr];
    };

    it('a start that fails says in one sentence which variable is wrong, without its value', async () => {
      const outcome = await outcomeOf({ PORT: 'canary-99' });
      expect(outcome).toEqual([1, '', 'PORT must be a whole number from 0 to 65535.\n']);
    });

    it('a start that fails says that the port is taken', async () => {
      const other = createServer().listen(0, '127.0.0.1');
      await once(other, 'listening');
      const { port } = other.address() as AddressInfo;
      const [code, , stderr] = await outcomeOf({ DATABASE_URL: await createDatabase(), PORT: String(port) });
      expect([code, stderr]).toEqual([1, 'PORT or HOST cannot be listened on (EADDRINUSE).\n']);
      other.close();
    });

    it.each([
      [
        'nobody listens',
        async () => `postgresql://user:canary-99@127.0.0.1:${await freePort()}/db`,
        'ECONNREFUSED',
      ],
      ['it does not exist', () => databaseUrl('no_such_database'), '3D000'],
    ])(
      'a start that fails says that the database cannot be used, without its password (%s)',
      async (_, url, reason) => {
        const [code, , stderr] = await outcomeOf({ DATABASE_URL: await url() });
        expect([code, stderr]).toEqual([
          1,
          `DATABASE_URL names a database that cannot be used (${reason}).\n`,
        ]);
      },
    );
  });
});
