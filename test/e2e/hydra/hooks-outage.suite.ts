import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { FRESH_MS } from '../../../src/hydra/standings/stale-while-revalidate-cache.js';
import { HydraRegistry } from '../../support/hydra/hydra-registry.js';
import { createDatabase } from '../../support/postgres.js';
import { MACHINE_CLIENT } from '../../support/registry.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { askGate, askTokenHook, reasonIn } from './hooks-calls.js';

const UNKNOWN = 'the client cannot be checked at the moment: try again later';

describe('while the database is out of reach', () => {
  let proxy: TcpProxy;
  /** Around the proxy. */
  let database: pg.Client;
  let setup: HydraRegistry;
  /** Client ids: known to the hooks before the outage, known and ended since, and not asked about before. */
  let known: string;
  let disabled: string;
  let justDisabled: string;
  let justDeleted: string;
  let stranger: string;
  let unasked: string;
  let elapsed = 0;

  beforeAll(async () => {
    const url = await createDatabase();
    database = new pg.Client(url);
    await database.connect();
    proxy = await TcpProxy.to(url);
    setup = await HydraRegistry.start({ DATABASE_URL: proxy.url });
    const now = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => now() + elapsed);
    const { registry, tenant } = setup;
    const make = async () => (await tenant.createClient(MACHINE_CLIENT)).client_id;
    [known, disabled, unasked, stranger] = [await make(), await make(), await make(), randomUUID()];
    const [toDisable, toDelete] = [
      await tenant.createClient(MACHINE_CLIENT),
      await tenant.createClient(MACHINE_CLIENT),
    ];
    [justDisabled, justDeleted] = [toDisable.client_id, toDelete.client_id];
    await database.query('update oauth_clients set enabled = false where client_id = $1', [disabled]);
    for (const clientId of [known, disabled, stranger, justDisabled, justDeleted])
      await Promise.all([askTokenHook(registry.api, clientId), askGateOf(clientId)]);
    await registry.api.patch(tenant.client(toDisable.id), { token: tenant.admin, body: { enabled: false } });
    await registry.api.delete(tenant.client(toDelete.id), { token: tenant.admin });
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    proxy.restore();
    await setup.stop();
    await proxy.close();
    await database.end();
  });

  const askGateOf = (clientId: string) =>
    askGate(setup.registry.api, `client_id=${clientId}&response_type=code`);

  const askAll = async (): Promise<Record<string, [token: number, gate: number]>> => {
    const { api } = setup.registry;
    const statusesOf = async (clientId: string): Promise<[number, number]> => [
      (await askTokenHook(api, clientId)).status,
      (await askGateOf(clientId)).status,
    ];
    const ended = { disabled, justDisabled, justDeleted };
    const asked = Object.entries({ known, ...ended, stranger, unasked, named: 'a-name' });
    return Object.fromEntries(
      await Promise.all(asked.map(async ([name, id]) => [name, await statusesOf(id)] as const)),
    );
  };
  const asLastKnown = {
    known: [200, 200],
    disabled: [403, 403],
    justDisabled: [403, 403],
    justDeleted: [403, 403],
    stranger: [204, 200],
    unasked: [403, 403],
    named: [403, 403],
  };

  it.each(['cut', 'silence'] as const)(
    'the hooks answer as last known without the database, however long ago, and 403 where nothing is known: %s',
    async (fault) => {
      proxy[fault]();
      elapsed += FRESH_MS * 1_000;
      expect(await askAll()).toEqual(asLastKnown);
      elapsed += FRESH_MS;
      expect(await askAll()).toEqual(asLastKnown);
      const askedAt = Date.now();
      const refused = await askTokenHook(setup.registry.api, unasked);
      // The pool would have waited for ten seconds.
      expect(Date.now() - askedAt).toBeLessThan(5_000);
      expect([refused.status, reasonIn(refused)]).toEqual([403, UNKNOWN]);
    },
  );

  it('the hooks go by the database again once it is back', async () => {
    // Connections that were silenced stay so until they are reset.
    proxy.cut();
    proxy.restore();
    await database.query('update oauth_clients set enabled = true where client_id = $1', [disabled]);
    let status = 0;
    while (status !== 200) {
      elapsed += FRESH_MS;
      ({ status } = await askTokenHook(setup.registry.api, disabled));
    }
    expect(status).toBe(200);
  });
});
