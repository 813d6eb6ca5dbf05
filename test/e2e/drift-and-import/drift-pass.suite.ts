import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDrift, DriftReport } from '../../../src/hydra/drift/drift-report.js';
import { ComparedClients, type ComparedClient } from '../../../src/hydra/drift/compared-clients.js';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import { fault, moment, type AdminCall } from '../../support/hydra/faults.js';
import { MACHINE_CLIENT } from '../../support/registry.js';
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

async function compare(): Promise<void> {
  await letTimePass(setup);
  await scene.compare();
}

async function get({ id }: OAuthClientDto): Promise<OAuthClientDto> {
  const path = setup.tenant.client(id);
  return (await setup.registry.api.get<OAuthClientDto>(path, { token: setup.tenant.viewer })).body;
}

/** The client once the reconciler has nothing left to do. */
async function settled(client: OAuthClientDto): Promise<OAuthClientDto> {
  for (;;) {
    const now = await get(client);
    if (now.sync_status !== 'pending' && (await scene.unsynced()) === 0) return now;
    await sleep(20);
  }
}

/** As another process would have done it. */
const syncAgain = ({ id }: OAuthClientDto): Promise<unknown> =>
  setup.registry.database.query(
    `update oauth_clients set revision = revision + 1, synced_revision = revision + 1, synced_at = now() where id = $1`,
    [id],
  );

const writes = (): AdminCall[] => setup.hydra.calls.filter(({ method }) => method !== 'GET');

/** The mark as this registry makes it. */
const ownMark = async (): Promise<unknown> => {
  const { client_id: clientId } = await setup.tenant.createClient();
  return (await edits.read(clientId))?.['metadata'];
};

describe('a pass over all of Hydra', () => {
  it('a pass over all of Hydra writes nothing to it, and marks nothing, when it is as it should be', async () => {
    await setup.tenant.createClient();
    await setup.tenant.createClient({ ...MACHINE_CLIENT, scopes: ['notes:read', 'oauth_clients:read'] });
    await setup.tenant.createClient({ token_endpoint_auth_method: 'none', trusted: true, enabled: false });
    await setup.tenant.createClient({ grant_types: ['implicit'], name: 'Ünïcode 😀' });
    const before = writes().length;
    await compare();
    expect([await scene.unsynced(), writes().length]).toEqual([0, before]);
    expect(await scene.metrics()).toMatch(/^sync_drift_passes_total\{outcome="complete"\} 1$/m);
  });

  it('a pass over all of Hydra has a client repaired that somebody changed in Hydra, with its secret', async () => {
    const client = await setup.tenant.createClient();
    const before = await edits.read(client.client_id);
    await edits.change(client.client_id, {
      redirect_uris: ['https://evil.example/'],
      allowed_cors_origins: ['https://evil.example'],
      skip_consent: true,
    });
    await compare();
    expect((await settled(client)).sync_problem).toBeNull();
    expect(await edits.read(client.client_id)).toEqual({ ...before, updated_at: expect.any(String) });
    expect(setup.hydra.verifySecret(client.client_id, String(client.client_secret))).toBe(true);
    expect(await scene.metrics()).toMatch(/^sync_drift_clients_total\{kind="different"\} 1$/m);
  });

  it('the time for which Hydra lacks something counts from when a pass found it, and not from the last change', async () => {
    const client = await setup.tenant.createClient();
    await setup.registry.database.query(`update oauth_clients set modified = now() - interval '90 days'`);
    await edits.change(client.client_id, { client_name: 'Changed in Hydra' });
    setup.hydra.faults = ({ method }) => (method === 'PATCH' ? fault.statusBefore(503, 60) : null);
    await compare();
    const age = Number(/^sync_oldest_unsynced_age_seconds (\S+)$/m.exec(await scene.metrics())?.[1]);
    expect(age).toBeGreaterThan(0);
    expect(age).toBeLessThan(3_600);
  });

  it('a pass over all of Hydra has a client repaired that somebody took the mark from', async () => {
    const client = await setup.tenant.createClient();
    const before = await edits.read(client.client_id);
    await edits.change(client.client_id, { metadata: { a: 'b' } });
    await compare();
    await settled(client);
    expect(await edits.read(client.client_id)).toMatchObject({ metadata: before?.['metadata'] });
  });

  it('a pass over all of Hydra has a client put back that Hydra has lost, and tells its owner of the secret', async () => {
    const client = await setup.tenant.createClient();
    await edits.remove(client.client_id);
    await compare();
    const now = await settled(client);
    expect(now).toMatchObject({ sync_status: 'failed', sync_problem: { code: 'secret_lost' } });
    expect(await edits.read(client.client_id)).toMatchObject({ client_name: client.name });

    const path = `${setup.tenant.client(client.id)}/secrets`;
    const rotated = await setup.registry.api.post<OAuthClientDto>(path, { token: setup.tenant.admin });
    expect(rotated.body).toMatchObject({ sync_status: 'synced', sync_problem: null });
    const secret = String(rotated.body.client_secret);
    expect(setup.hydra.verifySecret(client.client_id, secret)).toBe(true);
  });

  it('a pass over all of Hydra has a public client put back without a word', async () => {
    const client = await setup.tenant.createClient({ token_endpoint_auth_method: 'none' });
    await edits.remove(client.client_id);
    await compare();
    expect(await settled(client)).toMatchObject({ sync_status: 'synced', sync_problem: null });
    expect(await edits.read(client.client_id)).toMatchObject({ client_name: client.name });
  });

  it('a pass over all of Hydra has a deleted client removed that came back to Hydra', async () => {
    const client = await setup.tenant.createClient();
    const stored = await edits.read(client.client_id);
    await setup.registry.api.delete(setup.tenant.client(client.id), { token: setup.tenant.admin });
    await edits.add({ ...stored });
    await compare();
    while ((await scene.unsynced()) > 0) await sleep(20);
    expect(await edits.read(client.client_id)).toBeNull();
  });

  it('a pass over all of Hydra leaves clients alone that it does not know, and counts those with its mark', async () => {
    const metadata = await ownMark();
    const orphan = { client_id: randomUUID(), client_name: 'Left over', metadata };
    const strangers = [
      { client_id: 'dashboard', client_name: 'Dashboard' },
      { client_id: randomUUID(), metadata: { oauth_client_registry: { registry: randomUUID() } } },
      { client_id: randomUUID(), metadata: { oauth_client_registry: null } },
    ];
    for (const members of [orphan, ...strangers]) await edits.add(members);
    const before = writes().length;
    await compare();
    expect([await scene.unsynced(), writes().length]).toEqual([0, before]);
    expect(await scene.metrics()).toMatch(/^sync_drift_orphans 1$/m);
  });

  it('a pass over all of Hydra reads every page, also when the name of one expires in between', async () => {
    for (let batch = 0; batch < 20; batch++) {
      await Promise.all(Array.from({ length: 51 }, () => edits.add({ client_id: randomUUID() })));
    }
    const client = await setup.tenant.createClient();
    await edits.change(client.client_id, { client_name: 'Changed' });
    let pages = 0;
    setup.hydra.faults = ({ path, query }) => {
      if (path !== '/admin/clients' || query.get('page_size') !== '500') return null;
      return ++pages === 2 ? { effect: 'none', answer: { status: 400, body: '{"error":"expired"}' } } : null;
    };
    await compare();
    expect(pages).toBe(5);
    await settled(client);
    expect(await edits.read(client.client_id)).toMatchObject({ client_name: client.name });
  });

  it('a pass over all of Hydra goes on behind a page and a client that fail for a moment', async () => {
    const [different, missing] = [await setup.tenant.createClient(), await setup.tenant.createClient()];
    await edits.change(different.client_id, { client_name: 'Changed' });
    await edits.remove(missing.client_id);
    const failing = new Set(['/admin/clients', `/admin/clients/${missing.client_id}`]);
    setup.hydra.faults = ({ method, path }) =>
      method === 'GET' && failing.delete(path) ? fault.statusBefore(500) : null;
    await compare();
    expect(failing.size).toBe(0);
    expect(await scene.metrics()).toMatch(/^sync_drift_passes_total\{outcome="complete"\} 1$/m);
    await settled(different);
    expect(await edits.read(different.client_id)).toMatchObject({ client_name: different.name });
  });

  it('a pass over all of Hydra believes a page that names no client only when the client is asked for', async () => {
    const client = await setup.tenant.createClient();
    const headers = { 'content-type': 'application/json' };
    setup.hydra.faults = ({ query }) =>
      query.has('page_size') ? { effect: 'none', answer: { status: 200, headers, body: '[]' } } : null;
    const before = writes().length;
    await compare();
    expect(setup.hydra.calls.at(-1)).toMatchObject({ method: 'GET', clientId: client.client_id });
    expect([await scene.unsynced(), writes().length]).toEqual([0, before]);
  });

  it('a pass over all of Hydra says nothing of clients whose change is on its way, or has only just arrived', async () => {
    const [fresh, leased, unverified] = await Promise.all([1, 2, 3].map(() => setup.tenant.createClient()));
    await letTimePass(setup);
    const { database } = setup.registry;
    await database.query("update oauth_clients set synced_at = now() + interval '1 minute' where id = $1", [
      fresh?.id,
    ]);
    await database.query(
      `update oauth_clients set lease_token = gen_random_uuid(), lease_expires_at = now() + interval '1 minute' where id = $1`,
      [leased?.id],
    );
    await database.query(
      `update oauth_clients set sync_verify_at = now() + interval '1 minute' where id = $1`,
      [unverified?.id],
    );
    for (const client of [fresh, leased, unverified]) {
      await edits.change(String(client?.client_id), { client_name: 'Changed' });
    }
    await scene.compare();
    expect(await scene.unsynced()).toBe(0);
  });

  it('a pass over all of Hydra says nothing of clients that are brought to Hydra while their page is read', async () => {
    const client = await setup.tenant.createClient();
    await edits.change(client.client_id, { client_name: 'Changed' });
    await letTimePass(setup);
    const { come, letCome } = moment();
    setup.hydra.faults = ({ query }) => (query.has('page_size') ? fault.held(come) : null);
    const pass = scene.pass.run();
    while (!setup.hydra.calls.some(({ query }) => query.has('page_size'))) await sleep(5);
    await syncAgain(client);
    letCome();
    await pass;
    expect(await scene.unsynced()).toBe(0);
  });

  it('a pass over all of Hydra marks nothing that has changed since it was compared', async () => {
    const [changed, same] = await Promise.all([1, 2].map(() => setup.tenant.createClient()));
    for (const client of [changed, same]) await edits.remove(String(client?.client_id));
    await letTimePass(setup);
    const { nest } = setup.registry.app;
    const found = new Map<string, ComparedClient>();
    let moment = new Date(0);
    for await (const step of nest.get(DriftReport).run()) {
      moment = step.moment;
      for (const drift of step.findings.filter(isDrift)) found.set(drift.client.id, drift.client);
    }
    expect(found.size).toBe(2);
    if (changed) await syncAgain(changed);
    expect(await nest.get(ComparedClients).markUnsynced([...found.values()], moment)).toBe(1);
  });
});
