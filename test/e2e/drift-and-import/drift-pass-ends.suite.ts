import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { fault } from '../../support/hydra/faults.js';
import { DriftScene } from './drift-scene.js';
import { HydraEdits, letTimePass } from './hydra-edits.js';
import { useHydraRegistry } from '../../support/use-registry.js';

const setup = useHydraRegistry({}, { perTest: true });
let edits: HydraEdits;
let scene: DriftScene;

beforeEach(async () => {
  edits = new HydraEdits(setup);
  scene = new DriftScene(setup);
});

describe('a pass over all of Hydra, as one of several and among failures,', () => {
  it('a pass over all of Hydra ends at once when the service stops, whatever Hydra does', async () => {
    setup.hydra.faults = () => fault.hangBefore();
    // The call that hangs has no end of its own.
    const patience = jest.spyOn(AbortSignal, 'timeout').mockReturnValue(new AbortController().signal);
    const pass = scene.pass.run();
    while (setup.hydra.calls.length === 0) await sleep(5);
    await scene.pass.beforeApplicationShutdown();
    await pass;
    patience.mockRestore();
  });

  it('a pass over all of Hydra ends with a failing Hydra, and says so', async () => {
    const client = await setup.tenant.createClient();
    await edits.change(client.client_id, { client_name: 'Changed' });
    await letTimePass(setup);
    setup.hydra.faults = () => fault.statusBefore(503, 600);
    await scene.compare();
    expect(await scene.unsynced()).toBe(0);
    expect(await scene.metrics()).toMatch(/^sync_drift_passes_total\{outcome="failed"\} 1$/m);
    expect(await scene.metrics()).not.toMatch(/^sync_drift_pass_age_seconds /m);

    setup.hydra.faults = () => null;
    await scene.compare();
    expect(await scene.metrics()).toMatch(/^sync_drift_pass_age_seconds \d+\.\d+/m);
  });

  it('a pass over all of Hydra is made by one process at a time', async () => {
    const other = new pg.Client(setup.registry.databaseUrl);
    await other.connect();
    await other.query('select pg_advisory_lock(7024932)');
    expect(await scene.pass.run()).toBe(false);
    expect(setup.hydra.calls).toEqual([]);
    await other.end();
    await scene.compare();
    expect(setup.hydra.calls).not.toEqual([]);
  });

  it('a pass over all of Hydra leaves no connection behind', async () => {
    const count = async (): Promise<number | undefined> => {
      const { rows } = await setup.registry.database.query<{ count: number }>(
        `select count(*)::int as count from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())`,
      );
      return rows[0]?.count;
    };
    await scene.compare();
    setup.hydra.faults = () => fault.statusBefore(503, 600);
    await scene.compare();
    while ((await count()) !== 0) await sleep(20);
  });
});
