import { changedTables, stateOf } from '../../support/database-state.js';
import { WEB_CLIENT, type Body } from '../../support/registry.js';
import { MACHINE_WITH_RIGHTS } from './operations.js';
import { useRegistry } from '../../support/use-registry.js';

const KINDS: [string, Body][] = [
  ['is trusted', { trusted: true }],
  ['may read the registry', { scopes: ['oauth_clients:read'] }],
  ['may write the registry', { scopes: ['orders:read', 'oauth_clients:write'] }],
  ['is both', { trusted: true, scopes: ['oauth_clients:read'] }],
];

const CHANGES: [string, Body][] = [
  ['rename', { name: 'Changed' }],
  ['redirect', { redirect_uris: ['https://attacker.example.com/callback'] }],
  ['disable', { enabled: false }],
  ['enable', { enabled: true }],
  ['take the privilege of', { trusted: false, scopes: [] }],
  ['take the secret of', { token_endpoint_auth_method: 'none' }],
  ['change nothing of', {}],
];

const OTHERS = [
  'developer',
  'developer by Kratos session',
  "developer through the project's client",
  'machine',
];
const ADMINS = ['admin', 'admin by Kratos session', "admin through the project's client"];

const { registry, tenant } = useRegistry({}, { tenant: { trusted_clients_allowed: true } });
/** Tokens. */
let callers: Record<string, string>;
let machineId: string;

beforeAll(async () => {
  const web = await tenant.createClient({ scopes: MACHINE_WITH_RIGHTS.scopes });
  const machine = await tenant.createClient(MACHINE_WITH_RIGHTS);
  const { admin, developer } = tenant.people;
  machineId = machine.id;
  callers = {
    admin: tenant.admin,
    'admin by Kratos session': await registry.kratos.kratosSession({ sub: admin }),
    "admin through the project's client": await registry.person(admin, undefined, web.client_id),
    developer: tenant.developer,
    'developer by Kratos session': await registry.kratos.kratosSession({ sub: developer }),
    "developer through the project's client": await registry.person(developer, undefined, web.client_id),
    machine: await registry.machine(machine.client_id),
  };
});

const call = (caller: string, method: string, path: string, body?: Body) =>
  registry.api.call(method, path, { token: callers[caller], body });

/** The statuses of the calls; with the tables that they have changed, if any. */
async function outcome(...calls: (() => ReturnType<typeof call>)[]): Promise<unknown[]> {
  const before = await stateOf(registry.database);
  const found: unknown[] = [];
  for (const make of calls) {
    const { status, body } = await make();
    found.push(status < 400 ? status : body['code']);
  }
  return [...found, ...changedTables(before, await stateOf(registry.database))];
}

describe.each(KINDS)('A client that %s', (_, privilege) => {
  describe.each(OTHERS)('when the caller is %s', (caller) => {
    it(`${caller} cannot create a privileged client`, async () => {
      const body = { ...WEB_CLIENT, ...privilege };
      expect(await outcome(() => call(caller, 'POST', tenant.clients, body))).toEqual(['forbidden']);
    });

    it(`${caller} cannot make a client privileged`, async () => {
      const path = tenant.client((await tenant.createClient()).id);
      const made = () => call(caller, 'PATCH', path, privilege);
      const hidden = () => call(caller, 'PATCH', path, { ...privilege, name: 'Same', enabled: false });
      expect(await outcome(made, hidden)).toEqual(['forbidden', 'forbidden']);
    });

    it(`${caller} cannot change, rotate or delete a privileged client`, async () => {
      const path = tenant.client((await tenant.createClient(privilege)).id);
      const changes = CHANGES.map(
        ([, change]) =>
          () =>
            call(caller, 'PATCH', path, change),
      );
      const rotated = () => call(caller, 'POST', `${path}/secrets`);
      const deleted = () => call(caller, 'DELETE', path);
      const refusals = Array<string>(CHANGES.length + 2).fill('forbidden');
      expect(await outcome(...changes, rotated, deleted)).toEqual(refusals);
    });

    it(`${caller} may read a privileged client, without a secret`, async () => {
      const { id } = await tenant.createClient(privilege);
      const { status, body } = await call(caller, 'GET', tenant.client(id));
      expect([status, body['client_secret']]).toEqual([200, null]);
    });
  });

  it.each(ADMINS)(
    'a privileged client is created, changed, rotated, disabled, enabled and deleted by %s',
    async (caller) => {
      const { status, body } = await call(caller, 'POST', tenant.clients, { ...WEB_CLIENT, ...privilege });
      const path = tenant.client(String(body['id']));
      expect(status).toBe(201);
      for (const [, change] of CHANGES) expect((await call(caller, 'PATCH', path, change)).status).toBe(200);
      expect((await call(caller, 'PATCH', path, privilege)).status).toBe(200);
      expect(
        (await call(caller, 'PATCH', path, { token_endpoint_auth_method: 'client_secret_basic' })).status,
      ).toBe(200);
      expect((await call(caller, 'POST', `${path}/secrets`)).status).toBe(201);
      expect((await call(caller, 'DELETE', path)).status).toBe(204);
    },
  );
});

describe('A privileged machine', () => {
  it.each([...CHANGES, ['widen', { scopes: [...MACHINE_WITH_RIGHTS.scopes, 'orders:read'] }] as const])(
    'a privileged machine does not %s itself',
    async (_, change) => {
      const itself = tenant.client(machineId);
      expect(await outcome(() => call('machine', 'PATCH', itself, change))).toEqual(['forbidden']);
    },
  );

  it('a privileged machine does not rotate or delete itself', async () => {
    const itself = tenant.client(machineId);
    const rotated = () => call('machine', 'POST', `${itself}/secrets`);
    const deleted = () => call('machine', 'DELETE', itself);
    expect(await outcome(rotated, deleted)).toEqual(['forbidden', 'forbidden']);
  });

  it('a privileged machine does not delete any client', async () => {
    const path = tenant.client((await tenant.createClient()).id);
    expect(await outcome(() => call('machine', 'DELETE', path))).toEqual(['forbidden']);
  });
});

describe('A trusted client', () => {
  const refusals = async (path: string, body: Body, method: string, token: string): Promise<unknown> => {
    const answer = await registry.api.call(method, path, { token, body });
    return [answer.status, answer.body['errors'] ?? answer.body['code']];
  };
  const NOT_ALLOWED = [
    422,
    [expect.objectContaining({ pointer: '/trusted', code: 'trusted_clients_not_allowed' })],
  ];

  it('a trusted client needs an organization that may have some, also of an admin', async () => {
    const plain = await registry.tenant();
    const path = plain.client((await plain.createClient()).id);
    const body = { ...WEB_CLIENT, trusted: true };
    expect(await refusals(plain.clients, body, 'POST', plain.admin)).toEqual(NOT_ALLOWED);
    expect(await refusals(path, { trusted: true }, 'PATCH', plain.admin)).toEqual(NOT_ALLOWED);
    expect(await refusals(plain.clients, body, 'POST', plain.developer)).toEqual([403, 'forbidden']);
  });

  it('a trusted client stays trusted and manageable when the platform allows no more, until an admin ends it', async () => {
    const waning = await registry.tenant({ trusted_clients_allowed: true });
    const path = waning.client((await waning.createClient({ trusted: true })).id);
    const organization = `/v1/organizations/${waning.organizationId}`;
    const body = { trusted_clients_allowed: false };
    await registry.api.put(organization, { token: await registry.platform(), body });
    const patch = (change: Body) => registry.api.patch(path, { token: waning.admin, body: change });
    expect((await patch({ name: 'Renamed' })).body).toMatchObject({ name: 'Renamed', trusted: true });
    expect((await patch({ trusted: false })).body).toMatchObject({ trusted: false });
    expect(await refusals(path, { trusted: true }, 'PATCH', waning.admin)).toEqual(NOT_ALLOWED);
  });
});

describe('While an admin makes a client privileged', () => {
  it('a developer changes a client before an admin makes it privileged, or not at all', async () => {
    for (let round = 0; round < 30; round++) {
      const { id } = await tenant.createClient();
      const path = tenant.client(id);
      const redirect = { redirect_uris: [`https://shop.example.com/${round}`] };
      await Promise.all([
        call('developer', 'PATCH', path, redirect),
        call('admin', 'PATCH', path, { scopes: ['oauth_clients:write'] }),
        call('developer', 'PATCH', path, { name: `Round ${round}`, scopes: [] }),
        call('developer', 'POST', `${path}/secrets`),
      ]);
      const { rows } = await registry.database.query<{ subject: string }>(
        `select actor ->> 'subject' as subject from audit_events where oauth_client_id = $1 and revision > 1 order by revision`,
        [id],
      );
      expect(rows.at(-1)?.subject).toBe(tenant.people.admin);
    }
  });
});
