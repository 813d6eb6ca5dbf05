import { setTimeout as delay } from 'node:timers/promises';
import { fault } from '../support/hydra/faults.js';
import { WEB_CLIENT } from '../support/registry.js';
import { clientsOf } from './hydra-target.js';
import { OutageWorld, type Change } from './outage-world.js';
import { FAULTS_TIMEOUT, OUTAGE, TIMED_CHANGES } from './scale.js';

let world: OutageWorld;

beforeAll(async () => {
  world = await OutageWorld.start();
});
afterAll(() => world.stop());

const print = (line: string): boolean => process.stdout.write(`${line}\n`);

function share(values: readonly number[], part: number): string {
  const sorted = values.toSorted((one, other) => one - other);
  return `${(sorted[Math.ceil(sorted.length * part) - 1] ?? 0).toFixed(1)} ms`;
}

/** Milliseconds from the answer to the moment Hydra had it; negative when that came first. */
function lagOf({ client, revision, answeredAt }: Change): number {
  const call = world.hydra.calls.find(
    ({ clientId, body, status }) =>
      clientId === client.client_id && (status ?? 500) < 300 && revisionIn(body) >= revision,
  );
  return call?.doneAt == null ? Infinity : call.doneAt - answeredAt;
}

const revisionIn = (body: string): number => Number(/"revision":(\d+)/.exec(body)?.[1] ?? 0);

async function synced(): Promise<void> {
  while ((await world.countUnsynced()) > 0) await delay(20);
}

/** Acts as if half a minute had passed, and waits until the registry has looked what calls with an unknown effect have done. */
async function verified(): Promise<void> {
  await world.pool.query('update oauth_clients set sync_verify_at = now() where sync_verify_at is not null');
  const query = 'select from oauth_clients where sync_verify_at is not null';
  while ((await world.pool.query(query)).rowCount !== 0) await delay(20);
}

/** Every client of the registry is in Hydra, at its revision, and no secret is left to be sent. */
async function expectOne(): Promise<void> {
  await verified();
  const { rows: identity } = await world.pool.query<{ id: string }>('select id from registry_identity');
  const inHydra = await clientsOf(world.target, identity[0]?.id ?? '');
  const { rows } = await world.pool.query<{ client_id: string; revision: number }>(
    'select client_id, revision from oauth_clients order by client_id',
  );
  const own = [...inHydra].filter(([clientId]) => !world.others.has(clientId));
  const revisions = own.map(([clientId, { metadata }]) => ({
    client_id: clientId,
    revision: metadata?.oauth_client_registry?.revision,
  }));
  expect(revisions.toSorted((one, other) => (one.client_id < other.client_id ? -1 : 1))).toEqual(rows);
  const { rowCount } = await world.pool.query('select from oauth_client_secrets where sealed is not null');
  expect(rowCount).toBe(0);
}

it(
  'the registry has a change in Hydra when it is answered, or a moment later, while nothing fails',
  async () => {
    const created = await world.create(TIMED_CHANGES / 2, WEB_CLIENT);
    const changes = [...created, ...(await world.rename(created.map(({ client }) => client)))];
    await synced();
    const lags = changes.map(lagOf);
    print(
      `${changes.length} changes: in Hydra before the answer ${lags.filter((lag) => lag <= 0).length}; ` +
        `answer to Hydra median ${share(lags, 0.5)}, p99 ${share(lags, 0.99)}`,
    );
    expect(new Set(changes.map(({ status }) => status))).toEqual(new Set([201, 200]));
    expect(lags.every(Number.isFinite)).toBe(true);
    await expectOne();
  },
  FAULTS_TIMEOUT,
);

interface Outage {
  readonly name: string;
  begin(this: void): void | Promise<void>;
  end(this: void): void | Promise<void>;
}

/** During the second outage Hydra can still be read, as with a database that has failed over. */
const OUTAGES: readonly Outage[] = [
  { name: 'is down', begin: () => world.hydra.down(), end: () => world.hydra.up() },
  {
    name: 'takes no writes',
    begin: () => {
      world.hydra.faults = ({ method }) =>
        method === 'GET' ? null : { name: '500 before', ...fault.statusBefore(500) };
    },
    end: () => {
      world.hydra.faults = () => null;
    },
  },
];

it.each(OUTAGES)(
  'the registry answers all writes as pending while Hydra $name, and brings them to it when it is back',
  async ({ name, begin, end }) => {
    const before = await world.create(10, WEB_CLIENT);
    await synced();
    const from = performance.now();
    const calls = world.hydra.calls.length;
    await begin();
    const made = await world.create(OUTAGE.clients - before.length, WEB_CLIENT);
    const changes = [...made];
    do {
      const some = [...before, ...made].slice(0, 50).map(({ client }) => client);
      changes.push(...(await world.rename(some)));
      await delay(100);
    } while (performance.now() < from + OUTAGE.seconds * 1_000);

    const pending = await world.countUnsynced();
    const took = changes.map(({ askedAt, answeredAt }) => answeredAt - askedAt);
    expect(new Set(changes.map(({ status }) => status))).toEqual(new Set([201, 200]));
    expect(new Set(changes.map(({ client }) => client.sync_status))).toEqual(new Set(['pending']));
    expect(pending).toBe(OUTAGE.clients);

    const tries = world.hydra.calls.length - calls;
    await end();
    const backAt = performance.now();
    await synced();
    print(
      `Hydra ${name} for ${OUTAGE.seconds} s: ${changes.length} writes answered in ${share(took, 0.5)} ` +
        `(p99 ${share(took, 0.99)}), ${tries} calls of Hydra; ` +
        `${pending} pending clients in Hydra ${((performance.now() - backAt) / 1_000).toFixed(1)} s after its return`,
    );
    await expectOne();
  },
  FAULTS_TIMEOUT,
);
