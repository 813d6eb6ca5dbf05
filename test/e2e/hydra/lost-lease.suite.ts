import { BringToHydra } from '../../../src/hydra/sync/bring-to-hydra.js';
import { Reconciler } from '../../../src/hydra/sync/reconciler.js';
import { SyncStore } from '../../../src/hydra/sync/sync-store.js';
import type { LeasedClient } from '../../../src/oauth-clients/model/leased-client.js';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import { HydraRegistry, hydraSettings } from '../../support/hydra/hydra-registry.js';
import { MACHINE_CLIENT, TestRegistry } from '../../support/registry.js';

let setup: HydraRegistry;
let otherProcess: TestRegistry;

beforeAll(async () => {
  setup = await HydraRegistry.start();
  const settings = { ...hydraSettings(setup.hydra.adminUrl), DATABASE_URL: setup.registry.databaseUrl };
  otherProcess = await TestRegistry.start(settings);
  // Only the test takes leases.
  for (const { app } of [setup.registry, otherProcess])
    await app.nest.get(Reconciler).beforeApplicationShutdown();
});

afterAll(async () => {
  await otherProcess.stop();
  await setup.stop();
});

const storeOf = ({ app }: TestRegistry): SyncStore => app.nest.get(SyncStore);

/** All that is stored of the client and of its secrets. */
async function rowsOf({ id }: OAuthClientDto): Promise<unknown[]> {
  const { rows } = await setup.registry.database.query<{ row: unknown }>(
    `select to_jsonb(c) as row from oauth_clients c where id = $1
     union all select to_jsonb(s) from oauth_client_secrets s where oauth_client_id = $1`,
    [id],
  );
  return rows.map(({ row }) => row);
}

/** Null when others are all that can be leased. */
async function leasedClientOf(store: SyncStore, id: string): Promise<LeasedClient | null> {
  const leased = await store.lease();
  return leased === null || leased.id === id ? leased : leasedClientOf(store, id);
}

async function leaseWith(store: SyncStore, id: string): Promise<LeasedClient> {
  const leased = await leasedClientOf(store, id);
  if (leased === null) throw new Error('The client could not be leased.');
  return leased;
}

const expire = (id: string) =>
  setup.registry.database.query(
    `update oauth_clients set lease_expires_at = now() - interval '1 s' where id = $1`,
    [id],
  );

interface TakenOver {
  readonly client: OAuthClientDto;
  /** Of the process whose lease has ended. */
  readonly late: LeasedClient;
  readonly current: LeasedClient;
}

/** A client with a secret that Hydra does not have yet, which another process has taken over from a slow one. */
async function takenOver(): Promise<TakenOver> {
  const client = await setup.tenant.createClient(MACHINE_CLIENT);
  const late = await leaseWith(storeOf(setup.registry), client.id);
  expect(await leasedClientOf(storeOf(otherProcess), client.id)).toBeNull();
  await expire(client.id);
  return { client, late, current: await leaseWith(storeOf(otherProcess), client.id) };
}

const seen = { created_at: null, updated_at: null };
const BROUGHT = { secretLost: false, seen, sets: [], problem: null };
const SECRET_LOST = {
  secretLost: true,
  seen,
  sets: [],
  problem: { code: 'secret_lost', detail: 'Lost.' },
} as const;
const SETBACK = {
  attempts: 9,
  delay: 3_600,
  effectUnknown: true,
  problem: { code: 'authorization_server_fails', detail: 'It fails.' },
} as const;

describe('a process whose lease another one has taken over', () => {
  const reports: [string, (store: SyncStore, late: LeasedClient) => Promise<unknown>][] = [
    ['has brought the client', (store, late) => store.complete(late, BROUGHT)],
    ['has brought it without its secret', (store, late) => store.complete(late, SECRET_LOST)],
    ['has failed', (store, late) => store.setBack(late, SETBACK)],
  ];

  it.each(reports)(
    'a process whose lease is taken over writes nothing down while the other is at it: it %s',
    async (_, report) => {
      const { client, late, current } = await takenOver();
      const before = await rowsOf(client);

      expect(await report(storeOf(setup.registry), late)).toBeNull();
      expect(await rowsOf(client)).toEqual(before);
      expect(await storeOf(otherProcess).complete(current, BROUGHT)).toMatchObject({ synced_revision: 1 });
    },
  );

  it.each(reports)(
    'a process whose lease is taken over writes nothing down after the other has reported: it %s',
    async (_, report) => {
      const { client, late, current } = await takenOver();
      await storeOf(otherProcess).setBack(current, { ...SETBACK, attempts: 1 });
      const before = await rowsOf(client);

      expect(await report(storeOf(setup.registry), late)).toBeNull();
      expect(await rowsOf(client)).toEqual(before);
    },
  );

  it('a process whose lease is taken over creates no client in Hydra, which the other may have deleted there', async () => {
    const { late, current } = await takenOver();
    const store = storeOf(setup.registry);
    const attempt = setup.registry.app.nest.get(BringToHydra).run({
      leased: late,
      deadline: performance.now() + 60_000,
      isCurrent: async () => (await store.read(late)) !== null,
      historyOf: (secretId) => store.secretHistory(late, secretId),
    });

    await expect(attempt).rejects.toThrow('changed meanwhile');
    expect(setup.hydra.clients.has(late.client_id)).toBe(false);
    expect(await store.read(late)).toBeNull();
    expect(await storeOf(otherProcess).read(current)).toMatchObject({ id: late.id, revision: 1 });
  });
});
