import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DriftPass } from '../../../src/authorization-server/hydra/drift/drift-pass.js';
import { fault } from '../../support/hydra/faults.js';
import { HydraRegistry } from '../../support/hydra/hydra-registry.js';
import { HydraEdits, letTimePass } from './hydra-edits.js';

let setup: HydraRegistry;
let edits: HydraEdits;

beforeEach(async () => {
  setup = await HydraRegistry.start();
  edits = new HydraEdits(setup);
});

afterEach(() => setup.stop());

const run = (): Promise<void> => setup.registry.app.nest.get(DriftPass).run();
const metrics = async (): Promise<string> => (await setup.registry.api.get('/metrics')).text;

async function unsynced(): Promise<number> {
  const { rows } = await setup.registry.database.query<{ count: number }>(
    'select count(*)::int as count from oauth_clients where synced_revision < revision',
  );
  return rows[0]?.count ?? 0;
}

describe('a pass over all of Hydra, as one of several and among failures,', () => {
  it('ends at once when the service stops, whatever Hydra does', async () => {
    setup.hydra.faults = () => fault.hangBefore();
    const pass = run();
    while (setup.hydra.calls.length === 0) await sleep(5);
    await setup.registry.app.nest.get(DriftPass).beforeApplicationShutdown();
    await pass;
    // Less than a call to Hydra may take.
  }, 8_000);

  it('ends with a failing Hydra, and says so', async () => {
    const client = await setup.tenant.createClient();
    await edits.change(client.client_id, { client_name: 'Changed' });
    await letTimePass(setup);
    setup.hydra.faults = () => fault.statusBefore(503, 600);
    await run();
    expect(await unsynced()).toBe(0);
    expect(await metrics()).toMatch(/^sync_drift_passes_total\{outcome="failed"\} 1$/m);
    expect(await metrics()).not.toMatch(/^sync_drift_pass_age_seconds /m);

    setup.hydra.faults = () => null;
    await run();
    expect(await metrics()).toMatch(/^sync_drift_pass_age_seconds 0\.\d+/m);
  });

  it('is made by one process at a time', async () => {
    const other = new pg.Client(setup.registry.databaseUrl);
    await other.connect();
    await other.query('select pg_advisory_lock(7024932)');
    await run();
    expect(setup.hydra.calls).toEqual([]);
    await other.end();
    while (setup.hydra.calls.length === 0) await run();
  });

  it('leaves no connection behind', async () => {
    const count = async (): Promise<number | undefined> => {
      const { rows } = await setup.registry.database.query<{ count: number }>(
        `select count(*)::int as count from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`,
      );
      return rows[0]?.count;
    };
    await run();
    setup.hydra.faults = () => fault.statusBefore(503, 600);
    await run();
    while ((await count()) !== 0) await sleep(20);
  });
});
