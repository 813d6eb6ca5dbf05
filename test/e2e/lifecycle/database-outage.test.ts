import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { SCHEMA } from '../../../src/app/schema.js';
import { createDataSource, POOL_SIZE } from '../../../src/database/data-source.js';
import type { Answer } from '../../support/api-client.js';
import { createDatabase, databaseUrl } from '../../support/postgres.js';
import { expectProblem } from '../../support/problem.js';
import { TestRegistry, WEB_CLIENT, type TestTenant } from '../../support/registry.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { revisionIn } from '../../support/revision.js';

describe('when the database is out of reach', () => {
  let proxy: TcpProxy;
  /** The database past the proxy. */
  let direct: string;
  let admin: pg.Client;
  let registry: TestRegistry;
  let tenant: TestTenant;
  let client: string;
  let calls: Record<string, () => Promise<Answer>>;

  beforeAll(async () => {
    admin = new pg.Client(databaseUrl('postgres'));
    await admin.connect();
    direct = await createDatabase();
    proxy = await TcpProxy.to(direct);
    const url = new URL(proxy.url);
    // Shorter than the service's own ten seconds, for the tests' sake.
    url.searchParams.set('query_timeout', '700');
    registry = await TestRegistry.start({ DATABASE_URL: url.href });
    tenant = await registry.tenant();
    client = tenant.client((await tenant.createClient()).id);
    const platform = await registry.platform();
    const organization = `/v1/organizations/${tenant.organizationId}`;
    const token = tenant.admin;
    const { api } = registry;
    calls = {
      'GET a client': () => api.get(client, { token }),
      'GET the list': () => api.get(tenant.clients, { token }),
      'POST a client': () => api.post(tenant.clients, { token, body: WEB_CLIENT }),
      'PATCH a client': () => api.patch(client, { token, body: { name: `${Math.random()}` } }),
      'POST a secret': () => api.post(`${client}/secrets`, { token }),
      'GET organizations': () => api.get('/v1/organizations', { token }),
      'PUT an organization': () =>
        api.put(organization, { token: platform, body: { name: `${Math.random()}` } }),
      // What the database said before, serves for 250 ms.
      'GET readiness': () => sleep(300).then(() => api.get('/health/ready')),
    };
  });
  afterAll(async () => {
    proxy.restore();
    await registry.stop();
    await proxy.close();
    await admin.end();
  });

  const callAll = async (): Promise<[string, Answer][]> =>
    Promise.all(
      Object.entries(calls).map(async ([name, call]): Promise<[string, Answer]> => [name, await call()]),
    );
  const statuses = (answers: readonly [string, Answer][]): Record<string, number> =>
    Object.fromEntries(answers.map(([name, { status }]) => [name, status]));
  const all = (status: number | ((name: string) => number)): Record<string, number> =>
    Object.fromEntries(
      Object.keys(calls).map((name) => [name, typeof status === 'number' ? status : status(name)]),
    );
  const fine = () => all((name) => (name.startsWith('POST') ? 201 : 200));

  function expectUnavailable(answers: readonly [string, Answer][]): void {
    expect(statuses(answers)).toEqual(all(503));
    for (const [, answer] of answers) {
      expectProblem(answer, 'service_unavailable');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
  }

  beforeEach(async () => {
    expect(statuses(await callAll())).toEqual(fine());
  });
  afterEach(async () => {
    expect((await registry.api.get('/health/live')).status).toBe(200);
  });

  it('the service waits ten seconds for an answer and five for a connection, unless the URL says otherwise', () => {
    expect(createDataSource('postgres://db', SCHEMA).options).toMatchObject({
      connectTimeoutMS: 5_000,
      extra: { query_timeout: 10_000 },
    });
  });

  it('the service answers 503 with Retry-After while database connections are cut, and resumes by itself', async () => {
    proxy.cut();
    expectUnavailable(await callAll());
    expectUnavailable(await callAll());
    proxy.restore();
    expect(statuses(await callAll())).toEqual(fine());
  });

  it('the service answers 503 in bounded time while database connections hang, and resumes on new ones by itself', async () => {
    proxy.silence();
    expectUnavailable(await callAll());
    // By now there are attempts to make new ones, which hang too.
    expectUnavailable(await callAll());
    proxy.restore();
    await resumed(async () => (await registry.api.get('/health/ready')).status === 200);
    await resumed(async () => Object.values(statuses(await callAll())).every((status) => status < 300));
  });

  /** Each connection that hangs may cost one more answer, and no more than one. */
  async function resumed(isFine: () => Promise<boolean>): Promise<void> {
    let attempts = 1;
    while (!(await isFine())) attempts++;
    expect(attempts).toBeLessThanOrEqual(POOL_SIZE);
  }

  it('the service answers only success and 503 while its database connections are terminated under load', async () => {
    const seen = new Set<number>();
    let terminated = 0;
    // Until one was answered: how many are, between two terminations, is the machine's to say.
    const load = Array.from({ length: 4 }, async () => {
      while (terminated < 40 || !seen.has(200))
        for (const [, { status }] of await callAll()) seen.add(status);
    });
    const terminator = (async () => {
      while (terminated < 40) terminated += await terminateAll();
    })();
    await Promise.all([...load, terminator]);
    expect([...seen].filter((status) => ![200, 201, 503].includes(status))).toEqual([]);
    await callAll();
    expect(statuses(await callAll())).toEqual(fine());
  });

  it('no write is answered that is then lost, after a transaction that hung for longer than its end', async () => {
    const holder = new pg.Client(direct);
    await holder.connect();
    await holder.query('begin');
    await holder.query('select from organizations where id = $1 for update', [tenant.organizationId]);
    expect((await calls['PUT an organization']?.())?.status).toBe(503);
    await holder.query('commit');

    const answers = await Promise.all(
      Array.from({ length: POOL_SIZE }, (_, index) => {
        return registry.api.patch(client, { token: tenant.admin, body: { name: `Last ${index}` } });
      }),
    );
    const { rows } = await holder.query('select revision from oauth_clients where id = $1', [
      client.split('/').at(-1),
    ]);
    await holder.end();
    const revisions = answers
      .filter(({ status }) => status === 200)
      .map(({ headers }) => revisionIn(headers));
    expect(rows).toEqual([{ revision: Math.max(...revisions) }]);
  });

  /** Not PostgreSQL's own workers in this database: only a superuser may end those. Returns how many there were. */
  async function terminateAll(): Promise<number> {
    const { rowCount } = await admin.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = $1 and backend_type = 'client backend'`,
      [new URL(proxy.url).pathname.slice(1)],
    );
    return rowCount ?? 0;
  }
});
