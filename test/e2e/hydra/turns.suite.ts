import { setTimeout as sleep } from 'node:timers/promises';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import { SyncStore } from '../../../src/hydra/sync/sync-store.js';
import { Reconciler } from '../../../src/hydra/sync/reconciler.js';
import { LEASE_MOST_URGENT, LEASE_NEXT_PROJECT } from '../../../src/oauth-clients/writes/sync.statements.js';
import { HydraRegistry } from '../../support/hydra/hydra-registry.js';
import type { TestTenant } from '../../support/registry.js';
import { useHydraRegistry } from '../../support/use-registry.js';

describe('work for Hydra', () => {
  const setup = useHydraRegistry({}, { perTest: true });
  let other: TestTenant;

  beforeEach(async () => {
    other = await setup.registry.tenant();
  });

  /** From now on only the test takes leases. */
  const pause = () => setup.registry.app.nest.get(Reconciler).beforeApplicationShutdown();

  const createMany = async (tenant: TestTenant, count: number): Promise<void> => {
    for (let i = 0; i < count; i += 1) await tenant.createClient({ name: `Client ${i}` });
  };
  const rotate = async (tenant: TestTenant, id: string): Promise<void> => {
    const answer = await setup.registry.api.post(`${tenant.client(id)}/secrets`, { token: tenant.admin });
    expect(answer.status).toBe(201);
  };

  /** The next clients that are leased, each with its lease left in place. */
  async function nextLeases(count: number): Promise<string[]> {
    const store = setup.registry.app.nest.get(SyncStore);
    const ids: string[] = [];
    for (let i = 0; i < count; i += 1) {
      const leased = await store.lease();
      if (leased) ids.push(leased.id);
    }
    return ids;
  }

  it('the new secret of one tenant is brought to Hydra before 90 creates of another', async () => {
    const { id } = await other.createClient();
    await pause();
    await createMany(setup.tenant, 90);
    await rotate(other, id);
    expect(await nextLeases(2)).toContain(id);
  });

  it('the sync brings secrets, disables and deletes first, then edits, then creates', async () => {
    const { tenant, registry } = setup;
    const edited = await tenant.createClient();
    const disabled = await tenant.createClient();
    const deleted = await tenant.createClient();
    const rotated = await tenant.createClient();
    await pause();
    const created = await tenant.createClient();
    const token = tenant.admin;
    await registry.api.patch(tenant.client(edited.id), { token, body: { name: 'Other' } });
    await registry.api.patch(tenant.client(disabled.id), { token, body: { enabled: false } });
    await registry.api.delete(tenant.client(deleted.id), { token });
    await rotate(tenant, rotated.id);
    const leased = await nextLeases(6);
    expect(new Set(leased.slice(0, 3))).toEqual(new Set([disabled.id, deleted.id, rotated.id]));
    expect(leased.slice(3)).toEqual([edited.id, created.id]);
  });

  it('urgent work for Hydra stays urgent when an edit follows', async () => {
    const { tenant, registry } = setup;
    const [edited, rotated] = [await tenant.createClient(), await tenant.createClient()];
    await pause();
    await registry.api.patch(tenant.client(edited.id), { token: tenant.admin, body: { name: 'A' } });
    await rotate(tenant, rotated.id);
    await registry.api.patch(tenant.client(rotated.id), { token: tenant.admin, body: { name: 'B' } });
    expect(await nextLeases(2)).toEqual([rotated.id, edited.id]);
  });

  it('projects take turns in work for Hydra of one kind', async () => {
    await pause();
    await createMany(setup.tenant, 10);
    await createMany(other, 3);
    const { rows } = await setup.registry.database.query<{ id: string }>(
      'select id from oauth_clients where project_id = $1',
      [other.projectId],
    );
    const theirs = new Set(rows.map(({ id }) => id));
    expect((await nextLeases(8)).filter((id) => theirs.has(id))).toHaveLength(3);
  });

  it('no project waits for the urgent work of others alone', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 12; i += 1) ids.push((await setup.tenant.createClient()).id);
    await pause();
    for (const id of ids) await rotate(setup.tenant, id);
    const { id } = await other.createClient();
    expect(await nextLeases(8)).toContain(id);
  });

  it('work for Hydra is found by an index, however many clients wait', async () => {
    const { registry } = setup;
    await pause();
    await registry.database.query(MANY_UNSYNCED, [other.organizationId, other.projectId]);
    await setup.tenant.createClient();
    await registry.database.query('analyze oauth_clients');
    for (const statement of [LEASE_MOST_URGENT, LEASE_NEXT_PROJECT]) {
      const { text, values = [] } = statement.with(FROM_THE_FIRST);
      const { rows } = await registry.database.query<{ 'QUERY PLAN': string }>({
        text: `explain (analyze) ${text}`,
        values,
      });
      const plan = rows.map((row) => row['QUERY PLAN']);
      expect(plan.filter((line) => /Seq Scan/.test(line))).toEqual([]);
      expect(Math.max(...plan.map(rowsRead))).toBeLessThan(10);
    }
  });
});

describe('a Hydra that allows one write a second', () => {
  it('Hydra with one write a second has the new secret of a tenant after a few, while another has made 30 clients', async () => {
    const setup = await HydraRegistry.start({ HYDRA_WRITES_PER_MINUTE: '60' });
    const other = await setup.registry.tenant();
    const client = await other.createClient();
    const flood = Array.from({ length: 30 }, () => setup.tenant.createClient());
    await flood[0];
    const writesOf = () => setup.hydra.calls.filter(({ method }) => method !== 'GET').length;
    const before = writesOf();
    const { body } = await setup.registry.api.post<OAuthClientDto>(`${other.client(client.id)}/secrets`, {
      token: other.admin,
    });
    while (!setup.hydra.verifySecret(client.client_id, String(body.client_secret))) await sleep(20);
    expect(writesOf() - before).toBeLessThanOrEqual(4);
    await Promise.all(flood);
    await setup.stop();
  });
});

const ZERO = '00000000-0000-0000-0000-000000000000';
const FROM_THE_FIRST = {
  after: ZERO,
  gate_key: 'a key',
  after_end: ZERO,
  after_edit: ZERO,
  after_create: ZERO,
  lease_token: ZERO,
};

/** What a line of a plan says that was read, kept or not. */
const rowsRead = (line: string): number =>
  Number(
    /actual .*rows=([\d.]+)/.exec(line)?.[1] ?? /Rows Removed by \w+(?: \w+)?: (\d+)/.exec(line)?.[1] ?? 0,
  );

/** As many as a Hydra that was lost has to be told of, half of them not to be tried yet. */
const MANY_UNSYNCED = `
  insert into oauth_clients
    (id, organization_id, project_id, client_id, name, redirect_uris, grant_types, scopes, token_endpoint_auth_method,
     pkce_required, trusted, enabled, created, modified, created_by, modified_by, revision, synced_revision, sync_due_at)
  select gen_random_uuid(), $1, $2, gen_random_uuid(), 'Waits', '{}', '{client_credentials}', '{}', 'client_secret_basic',
         false, false, true, now(), now(), '{}', '{}', 2, 1, case when n % 2 = 0 then now() + interval '1 hour' end
  from generate_series(1, 100000) as n`;
