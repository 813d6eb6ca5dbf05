import { setTimeout as sleep } from 'node:timers/promises';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import { fault, moment, type AdminCall, type Faults } from '../../support/hydra/faults.js';
import { json } from '../../support/hydra/http.js';
import { MACHINE_CLIENT, type Body } from '../../support/registry.js';
import { useHydraRegistry } from '../../support/use-registry.js';

const setup = useHydraRegistry({}, { perTest: true });

const member = (client: OAuthClientDto, name: string): unknown => {
  const members: object = setup.hydra.clients.get(client.client_id)?.members ?? {};
  return Object.entries(members).find(([key]) => key === name)?.[1];
};

const hasSecret = (client: OAuthClientDto, { client_secret: secret }: OAuthClientDto): boolean =>
  setup.hydra.verifySecret(client.client_id, String(secret));

async function send(method: 'patch' | 'post' | 'get', path: string, body?: Body): Promise<OAuthClientDto> {
  const answer = await setup.registry.api[method]<OAuthClientDto>(path, { token: setup.tenant.admin, body });
  expect(answer.status).toBeLessThan(300);
  return answer.body;
}

const patch = (client: OAuthClientDto, body: Body) => send('patch', setup.tenant.client(client.id), body);
const read = (client: OAuthClientDto) => send('get', setup.tenant.client(client.id));
const rotate = (client: OAuthClientDto) => send('post', `${setup.tenant.client(client.id)}/secrets`);

/** Waits for what the reconciler does by itself. */
async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(20);
}

const isSynced = async (client: OAuthClientDto): Promise<boolean> =>
  (await read(client)).sync_status === 'synced';

/** Deleted clients included, which the API no longer shows. */
async function areAllSynced(): Promise<boolean> {
  const query = 'select from oauth_clients where synced_revision < revision';
  return (await setup.registry.database.query(query)).rowCount === 0;
}

/** As if all calls with an unknown effect had been sent long ago. */
const letThemLand = () =>
  setup.registry.database.query(
    'update oauth_clients set sync_verify_at = now() where sync_verify_at is not null',
  );

async function unverified(): Promise<number> {
  const query = 'select count(*)::int as count from oauth_clients where sync_verify_at is not null';
  return (await setup.registry.database.query<{ count: number }>(query)).rows[0]?.count ?? 0;
}

async function sealedSecrets(): Promise<number> {
  const query = 'select count(*)::int as count from oauth_client_secrets where sealed is not null';
  return (await setup.registry.database.query<{ count: number }>(query)).rows[0]?.count ?? 0;
}

async function attemptsOf({ id }: OAuthClientDto): Promise<number> {
  const query = 'select sync_attempts from oauth_clients where id = $1';
  return (
    (await setup.registry.database.query<{ sync_attempts: number }>(query, [id])).rows[0]?.sync_attempts ?? 0
  );
}

/** The fault once, for the first write of this kind. */
function once(method: string, fault: ReturnType<Faults>): Faults {
  let isDone = false;
  return (call: AdminCall) => {
    if (isDone || call.method !== method) return null;
    isDone = true;
    return fault;
  };
}

describe('while Hydra is away', () => {
  it('a change is pending at once while Hydra is away, operators see it, and Hydra has it when it is back', async () => {
    const before = await setup.tenant.createClient(MACHINE_CLIENT);
    await setup.hydra.down();
    const first = await setup.tenant.createClient(MACHINE_CLIENT);
    const renamed = await patch(before, { name: 'While away' });
    const rotated = await rotate(first);

    expect([first, renamed, rotated].map((client) => client.sync_status)).toEqual(Array(3).fill('pending'));
    expect((await setup.registry.api.get<Body>('/health/ready')).body['authorization_server']).toEqual({
      kind: 'hydra',
      reachable: false,
    });
    expect((await setup.registry.api.get('/metrics')).text).toMatch(
      /^sync_circuit_open 1$[^]*^sync_unsynced_clients 2$/m,
    );

    await setup.hydra.up();
    await until(async () => (await isSynced(first)) && (await isSynced(before)));
    expect([hasSecret(first, rotated), hasSecret(first, first)]).toEqual([true, false]);
    expect(member(before, 'client_name')).toBe('While away');
    await letThemLand();
    await until(async () => (await sealedSecrets()) === 0);
  });

  it('ten edits while Hydra is away are brought as one', async () => {
    const client = await setup.tenant.createClient();
    await setup.hydra.down();
    for (let edit = 1; edit <= 10; edit++) await patch(client, { name: `Edit ${edit}` });
    setup.hydra.calls.length = 0;
    await setup.hydra.up();
    await until(() => isSynced(client));

    expect(setup.hydra.calls.filter(({ method }) => method === 'PATCH')).toHaveLength(1);
    expect(member(client, 'client_name')).toBe('Edit 10');
  });

  it('a client that is deleted while Hydra is away is never created there', async () => {
    await setup.hydra.down();
    const client = await setup.tenant.createClient();
    await setup.registry.api.delete(setup.tenant.client(client.id), { token: setup.tenant.admin });
    await setup.hydra.up();
    await until(areAllSynced);

    expect(setup.hydra.clients.size).toBe(0);
  });
});

describe('when it is not known what came of a call', () => {
  it('a client is created once, with the secret that was returned, when it is not known what came of the call', async () => {
    setup.hydra.faults = once('POST', fault.resetAfter());
    const client = await setup.tenant.createClient(MACHINE_CLIENT);
    await until(() => isSynced(client));

    expect(hasSecret(client, client)).toBe(true);
    // Until the first call can no longer land, the secret may have to be sent again.
    expect([await unverified(), await sealedSecrets()]).toEqual([1, 1]);
    await letThemLand();
    await until(async () => (await unverified()) === 0);
    expect(await sealedSecrets()).toBe(0);
    expect(hasSecret(client, client)).toBe(true);
  });

  it('an old write that lands in Hydra behind a newer one is noticed', async () => {
    const client = await setup.tenant.createClient(MACHINE_CLIENT);
    const { come, letCome } = moment();
    setup.hydra.faults = once('PATCH', fault.lateUntil(come));
    const stale = await rotate(client);
    const fresh = await rotate(client);
    await until(() => isSynced(client));
    expect(hasSecret(client, fresh)).toBe(true);
    letCome();
    await until(() => hasSecret(client, stale));

    await letThemLand();
    await until(() => hasSecret(client, fresh));
    await until(async () => (await unverified()) === 0);
    expect(await sealedSecrets()).toBe(0);
  });

  it('a deleted client that an old creation brings back in Hydra is deleted again', async () => {
    const { come, letCome } = moment();
    setup.hydra.faults = once('POST', fault.lateUntil(come));
    const client = await setup.tenant.createClient();
    await setup.registry.api.delete(setup.tenant.client(client.id), { token: setup.tenant.admin });
    await until(areAllSynced);
    letCome();
    await until(() => setup.hydra.clients.has(client.client_id));

    await letThemLand();
    await until(() => !setup.hydra.clients.has(client.client_id));
  });

  it('what a process has left behind is taken over, and not trusted', async () => {
    const client = await setup.tenant.createClient();
    await setup.registry.database.query(
      `update oauth_clients set revision = 2, lease_token = gen_random_uuid(), lease_expires_at = now() - interval '1 s'`,
    );
    await until(() => isSynced(client));

    expect(await unverified()).toBe(1);
  });
});

describe('when Hydra refuses a client', () => {
  const refuse: Faults = ({ method, body }) =>
    method === 'PATCH' && body.includes('Odd name')
      ? {
          effect: 'none',
          answer: json(400, { error: 'invalid_client_metadata', error_description: 'Too odd.' }),
        }
      : null;

  it('a refusal of a client by Hydra tells the owner why, is not tried again and again, and lets others go on', async () => {
    setup.hydra.faults = refuse;
    const [odd, other] = [await setup.tenant.createClient(), await setup.tenant.createClient()];
    const refused = await patch(odd, { name: 'Odd name' });
    const tries = setup.hydra.calls.length;

    expect(refused).toMatchObject({
      sync_status: 'failed',
      sync_problem: {
        code: 'rejected_by_authorization_server',
        detail: 'Hydra refuses this client: invalid_client_metadata: Too odd.',
      },
    });
    expect(await patch(other, { name: 'Fine' })).toMatchObject({ sync_status: 'synced', sync_problem: null });
    expect(setup.hydra.calls.slice(tries).map(({ clientId }) => clientId)).not.toContain(odd.client_id);
    expect(await patch(odd, { name: 'Fine now' })).toMatchObject({
      sync_status: 'synced',
      sync_problem: null,
    });
  });
});

describe('when Hydra fails for one client', () => {
  it('the sync goes on with others when Hydra fails for one client, and tells the owner when it stays so', async () => {
    const [bad, other] = [await setup.tenant.createClient(), await setup.tenant.createClient()];
    setup.hydra.faults = ({ clientId, method }) =>
      clientId === bad.client_id && method === 'PATCH' ? fault.statusBefore(500) : null;
    await patch(bad, { name: 'Bad' });
    await until(async () => (await patch(other, { name: `Fine ${Math.random()}` })).sync_status === 'synced');

    await setup.registry.database.query(
      'update oauth_clients set sync_attempts = 5, sync_due_at = null where id = $1',
      [bad.id],
    );
    await until(async () => (await read(bad)).sync_problem?.code === 'authorization_server_fails');
    setup.hydra.faults = () => null;
    expect((await patch(bad, { name: 'Good' })).sync_status).toBe('synced');
  });
});

describe('when a gateway refuses one client', () => {
  it('the sync goes on with others as if a client that a gateway refuses were not there, and tells its owner', async () => {
    const [bad, other] = [await setup.tenant.createClient(), await setup.tenant.createClient()];
    setup.hydra.faults = ({ body }) =>
      body.includes('Bad') ? { effect: 'none', answer: { status: 403 } } : null;
    await patch(bad, { name: 'Bad' });
    await until(async () => (await patch(other, { name: `Fine ${Math.random()}` })).sync_status === 'synced');
    await until(async () => (await attemptsOf(bad)) >= 2);

    for (let edit = 1; edit <= 20; edit++)
      expect((await patch(other, { name: `Edit ${edit}` })).sync_status).toBe('synced');
    await setup.registry.database.query(
      'update oauth_clients set sync_attempts = 5, sync_due_at = null where id = $1',
      [bad.id],
    );
    await until(async () => (await read(bad)).sync_problem?.code === 'authorization_server_fails');
    expect((await patch(other, { name: 'After' })).sync_status).toBe('synced');
  });
});

describe('when Hydra can be read and takes no writes', () => {
  it.each([
    ['fails', fault.statusBefore(500)],
    ['asks to be left alone for no time', fault.statusBefore(429, 0)],
    ['refuses who asks', { effect: 'none' as const, answer: { status: 401 } }],
    [
      'has a page for people in its place',
      { effect: 'none' as const, answer: { status: 200, body: '<h1>Hello</h1>' } },
    ],
  ])(
    'Hydra that takes no writes is not asked again and again (%s), and has all when it is back',
    async (_, failing) => {
      setup.hydra.faults = ({ method }) => (method === 'GET' ? null : failing);
      const start = performance.now();
      const clients = await Promise.all(Array.from({ length: 12 }, () => setup.tenant.createClient()));
      await sleep(1_500);

      // As many as may be under way when it begins, and then one at a time, a second and more apart, however long this took.
      const writes = setup.hydra.calls.filter(({ method }) => method !== 'GET').length;
      const seconds = (performance.now() - start) / 1_000;
      expect(writes).toBeLessThanOrEqual(8 + 1 + Math.floor(seconds));
      setup.hydra.faults = () => null;
      for (const client of clients) await until(() => isSynced(client));
    },
  );
});

describe('when a client is deleted that Hydra does not want to hear of', () => {
  it.each([
    ['is refused', json(400, { error: 'invalid_client_metadata', error_description: 'Too odd.' })],
    ['fails', json(500, { error: 'error' })],
  ])(
    'a deleted client is gone from Hydra all the same when the update before its deletion %s',
    async (_, answer) => {
      const client = await setup.tenant.createClient();
      setup.hydra.faults = ({ method }) => (method === 'PATCH' ? { effect: 'none', answer } : null);
      await setup.registry.api.delete(setup.tenant.client(client.id), { token: setup.tenant.admin });
      await until(() => !setup.hydra.clients.has(client.client_id));
    },
  );
});

describe('when something in between says in the place of Hydra that a client to delete is gone', () => {
  it('a client is deleted again when something in between says that it is gone, until Hydra itself has none', async () => {
    const client = await setup.tenant.createClient();
    setup.hydra.faults = once('DELETE', fault.statusBefore(404));
    await setup.registry.api.delete(setup.tenant.client(client.id), { token: setup.tenant.admin });
    await until(areAllSynced);

    const deletions = setup.hydra.calls.filter(({ method }) => method === 'DELETE');
    expect(deletions.map(({ status }) => status)).toEqual([404, 204]);
    expect(setup.hydra.clients.has(client.client_id)).toBe(false);
  });
});

describe('when a secret cannot be opened that Hydra does not have', () => {
  it('a secret that cannot be opened is kept for whoever can, the older one stays in Hydra, and the owner is told', async () => {
    const client = await setup.tenant.createClient(MACHINE_CLIENT);
    await setup.hydra.down();
    const rotated = await rotate(client);
    const seal = (change: string) =>
      setup.registry.database.query(
        `update oauth_client_secrets set sealed = ${change} where sealed is not null`,
      );
    await seal(`sealed || '\\x00'::bytea`);
    await setup.hydra.up();
    await until(async () => (await read(client)).sync_problem?.code === 'secret_unreadable');
    expect([hasSecret(client, client), await sealedSecrets()]).toEqual([true, 1]);

    await seal(`substring(sealed from 1 for length(sealed) - 1)`);
    await setup.registry.database.query('update oauth_clients set sync_due_at = null');
    await until(() => hasSecret(client, rotated));
  });
});

describe('when Hydra asks to be left alone', () => {
  it('the sync waits as long as Hydra says when it asks to be left alone', async () => {
    const client = await setup.tenant.createClient();
    setup.hydra.faults = once('PATCH', fault.statusBefore(429, 2));
    const start = performance.now();
    await patch(client, { name: 'Later' });
    await until(() => isSynced(client));

    expect(performance.now() - start).toBeGreaterThan(1_950);
  });
});

describe('when Hydra has lost a client', () => {
  it('a client that Hydra has lost is brought back, its secret said to be gone until its owner makes a new one', async () => {
    const client = await setup.tenant.createClient(MACHINE_CLIENT);
    await fetch(`${setup.hydra.adminUrl}/admin/clients/${client.client_id}`, { method: 'DELETE' });
    const changed = await patch(client, { name: 'Back' });

    expect(changed).toMatchObject({ sync_status: 'failed', sync_problem: { code: 'secret_lost' } });
    expect([member(client, 'client_name'), hasSecret(client, client)]).toEqual(['Back', false]);
    expect(await patch(client, { name: 'Still' })).toMatchObject({ sync_problem: { code: 'secret_lost' } });
    const rotated = await rotate(client);
    expect(rotated).toMatchObject({ sync_status: 'synced', sync_problem: null });
    expect(hasSecret(client, rotated)).toBe(true);
  });
});

describe('when another has taken the client_id', () => {
  it('the sync leaves a client of another with the same client_id alone in Hydra, and says so', async () => {
    setup.hydra.faults = ({ body }) =>
      body.includes('oauth_client_registry') ? fault.statusBefore(503, 1) : null;
    const client = await setup.tenant.createClient();
    const body = JSON.stringify({ client_id: client.client_id, client_name: 'Foreign' });
    await fetch(`${setup.hydra.adminUrl}/admin/clients`, { method: 'POST', body });
    setup.hydra.faults = () => null;
    await until(async () => (await read(client)).sync_problem?.code === 'client_id_taken');

    await setup.registry.api.delete(setup.tenant.client(client.id), { token: setup.tenant.admin });
    expect(member(client, 'client_name')).toBe('Foreign');
  });
});
