import { randomUUID } from 'node:crypto';
import { TestRegistry } from '../../support/registry.js';
import { attempt } from './attempt.js';
import { clientIn, makeCallers, makeWorld, type Callers, type World } from './callers.js';
import {
  CLIENT_OPERATIONS,
  MEMBERSHIP_OPERATIONS,
  PROVISIONING_OPERATIONS,
  READ_OPERATIONS,
  SECRET_OPERATIONS,
  TENANT_OPERATIONS,
  type Operation,
  type Place,
} from './operations.js';

/**
 * Every caller on every route of its project and organization; `s` behind a 403 stands for `insufficient_scope`. Columns:
 * the project's clients (list, create, read, update, rotate, delete), the lists of own organizations and of the
 * organization's projects, the organization with its project, its members, one of them and its history, and the six calls of
 * provisioning, which all answer alike.
 */
const EXPECTED = [
  // nobody
  ['no token', '401 401 401 401 401 401', '401 401', '401 401 401 401 401', 401],
  ['a garbage token', '401 401 401 401 401 401', '401 401', '401 401 401 401 401', 401],
  // members, and tokens that lack a scope
  ['admin', '200 201 200 200 201 204', '200 200', '200 200 200 200 200', 403],
  ['developer', '200 201 200 200 201 403', '200 200', '200 200 200 200 403', 403],
  ['viewer', '200 403 200 403 403 403', '200 200', '200 200 200 200 403', 403],
  ['admin by Kratos session', '200 201 200 200 201 204', '200 200', '200 200 200 200 200', 403],
  ['developer by Kratos session', '200 201 200 200 201 403', '200 200', '200 200 200 200 403', 403],
  ['viewer by Kratos session', '200 403 200 403 403 403', '200 200', '200 200 200 200 403', 403],
  ['admin with scope read', '200 403s 200 403s 403s 403s', '200 200', '200 200 200 200 200', 403],
  ['admin with scope write', '403s 201 403s 200 201 204', '403s 403s', '403s 403s 403s 403s 403s', 403],
  ['admin without scope', '403s 403s 403s 403s 403s 403s', '403s 403s', '403s 403s 403s 403s 403s', 403],
  [
    'admin with scope registry:admin',
    '403s 403s 403s 403s 403s 403s',
    '403s 403s',
    '403s 403s 403s 403s 403s',
    403,
  ],
  ['viewer with scope write', '403s 403 403s 403 403 403', '403s 403s', '403s 403s 403s 403s 403s', 403],
  // people without a membership here
  ['stranger', '404 404 404 404 404 404', '200 404', '404 404 404 404 404', 404],
  ['stranger without scope', '404 404 404 404 404 404', '403s 404', '404 404 404 404 404', 404],
  ['stranger by Kratos session', '404 404 404 404 404 404', '200 404', '404 404 404 404 404', 404],
  ['admin of another tenant', '404 404 404 404 404 404', '200 404', '404 404 404 404 404', 404],
  [
    'admin of another tenant by Kratos session',
    '404 404 404 404 404 404',
    '200 404',
    '404 404 404 404 404',
    404,
  ],
  ['removed admin', '404 404 404 404 404 404', '200 404', '404 404 404 404 404', 404],
  ['removed admin by Kratos session', '404 404 404 404 404 404', '200 404', '404 404 404 404 404', 404],
  // people whose token was issued to a client of a tenant, or to nobody's
  ["admin through the project's client", '200 201 200 200 201 204', '200 200', '200 200 200 200 403', 403],
  ["viewer through the project's client", '200 403 200 403 403 403', '200 200', '200 200 200 200 403', 403],
  [
    "admin through the project's client without scope",
    '403s 403s 403s 403s 403s 403s',
    '403s 403s',
    '403s 403s 403s 403s 403s',
    403,
  ],
  ["stranger through the project's client", '404 404 404 404 404 404', '200 404', '404 404 404 404 404', 404],
  [
    "admin of another tenant through the project's client",
    '404 404 404 404 404 404',
    '200 404',
    '404 404 404 404 404',
    404,
  ],
  [
    "admin through another project's client",
    '404 404 404 404 404 404',
    '200 200',
    '200 404 200 200 403',
    403,
  ],
  ["admin through another tenant's client", '404 404 404 404 404 404', '200 404', '404 404 404 404 404', 404],
  ['admin through a disabled client', '404 404 404 404 404 404', '200 404', '404 404 404 404 404', 404],
  ['admin through a deleted client', '404 404 404 404 404 404', '200 404', '404 404 404 404 404', 404],
  ['admin through an unknown client', '404 404 404 404 404 404', '200 404', '404 404 404 404 404', 404],
  [
    'admin through an unknown client without scope',
    '404 404 404 404 404 404',
    '403s 404',
    '404 404 404 404 404',
    404,
  ],
  // machines
  ['machine', '200 201 200 200 201 403', '200 200', '200 200 403 403 403', 404],
  ['machine with scope read', '200 403s 200 403s 403s 403s', '200 200', '200 200 403 403 403', 404],
  ['machine with scope write', '403s 201 403s 200 201 403', '403s 403s', '403s 403s 403s 403s 403s', 404],
  ['machine without scope', '403s 403s 403s 403s 403s 403s', '403s 403s', '403s 403s 403s 403s 403s', 404],
  [
    'machine with scope registry:admin',
    '403s 403s 403s 403s 403s 403s',
    '403s 403s',
    '403s 403s 403s 403s 403s',
    404,
  ],
  ['machine of another project', '404 404 404 404 404 404', '200 200', '200 404 403 403 403', 404],
  ['machine of another tenant', '404 404 404 404 404 404', '200 404', '404 404 404 404 404', 404],
  ['disabled machine', '404 404 404 404 404 404', '200 404', '404 404 404 404 404', 404],
  ['deleted machine', '404 404 404 404 404 404', '200 404', '404 404 404 404 404', 404],
  [
    'deleted machine with scope registry:admin',
    '404 404 404 404 404 404',
    '403s 404',
    '404 404 404 404 404',
    404,
  ],
  ['machine of an unknown client', '404 404 404 404 404 404', '200 404', '404 404 404 404 404', 404],
  ['machine of a first-party client', '404 404 404 404 404 404', '200 404', '404 404 404 404 404', 404],
  // the platform
  ['the platform', '404 404 404 404 404 404', '200 200', '200 200 200 200 200', 200],
  ['the platform with all scopes', '404 404 404 404 404 404', '200 200', '200 200 200 200 200', 200],
] as const;

/** Reading is reading a client, and changing or ending is making a secret. */
function onSecrets(onClients: string): string {
  const [list = '', , , update = '', rotate = ''] = onClients.split(' ');
  const end = rotate.replace('201', '204');
  return [list, update, end, end].join(' ');
}

const NOTHING = '404 404 404 404 404 404';
const PROVISIONED = '200 200 200 204 204 204';

/** Callers with rights in the project, with what they are told of a client that is not in it, whatever its id names. */
const TRESPASSERS = [
  // caller                            read update rotate delete
  ['admin', '404 404 404 404'],
  ['admin by Kratos session', '404 404 404 404'],
  ["admin through the project's client", '404 404 404 404'],
  ['machine', '404 404 404 403'],
  ['viewer', '404 403 403 403'],
  ['admin without scope', '403s 403s 403s 403s'],
  ['admin with scope registry:admin', '403s 403s 403s 403s'],
  ['machine with scope registry:admin', '403s 403s 403s 403s'],
] as const;

let world: World;
let callers: Callers;
let home: Place;

beforeAll(async () => {
  world = await makeWorld(await TestRegistry.start());
  callers = await makeCallers(world);
  home = placeIn(world.tenant);
});
afterAll(() => world.registry.stop());

const placeIn = (
  { organizationId, projectId, people }: World['tenant'],
  oauth_client_id: string = randomUUID(),
): Place => ({
  org_id: organizationId,
  project_id: projectId,
  oauth_client_id,
  subject: people.viewer,
});

const tried = (caller: string, operations: Record<string, Operation>, place: Place) =>
  attempt(world.registry, operations, { token: callers[caller], place });

it('the table of access has a row for every caller', () => {
  expect(EXPECTED.map(([caller]) => caller).toSorted()).toEqual(Object.keys(callers).toSorted());
});

describe.each(EXPECTED)('%s', (caller, clients, lists, tenants, provisioning) => {
  it(`${caller} is answered ${clients} on the clients of the project`, async () => {
    const place = placeIn(world.tenant, (await world.tenant.createClient()).id);
    expect(await tried(caller, CLIENT_OPERATIONS, place)).toBe(clients);
  });

  it(`${caller} may with the secrets and tokens of a client what it may with a client`, async () => {
    const { id, secret_id } = await world.tenant.createClient();
    const place = { ...placeIn(world.tenant, id), secret_id: secret_id ?? '' };
    expect(await tried(caller, SECRET_OPERATIONS, place)).toBe(onSecrets(clients));
  });

  it(`${caller} is answered ${lists} on the lists of organizations and projects`, async () => {
    expect(await tried(caller, MEMBERSHIP_OPERATIONS, home)).toBe(lists);
  });

  it(`${caller} is answered ${tenants} on the organization, its project, members and history`, async () => {
    expect(await tried(caller, TENANT_OPERATIONS, home)).toBe(tenants);
  });

  it(`${caller} may read histories and what can be assigned where it may read clients`, async () => {
    const [read = ''] = clients.split(' ');
    const place = placeIn(world.tenant, (await world.tenant.createClient()).id);
    expect(await tried(caller, READ_OPERATIONS, place)).toBe([read, read, read, read].join(' '));
  });

  it(`${caller} is answered ${provisioning} on provisioning`, async () => {
    const isAllowed = provisioning === 200;
    const place = isAllowed ? placeIn(await world.registry.tenant()) : home;
    const expected = isAllowed ? PROVISIONED : NOTHING.replaceAll('404', String(provisioning));
    expect(await tried(caller, PROVISIONING_OPERATIONS, place)).toBe(expected);
  });
});

describe.each(TRESPASSERS)('When %s goes elsewhere', (caller, onStrangeClient) => {
  const { list: _list, create: _create, ...onOneClient } = CLIENT_OPERATIONS;

  const placeOfOtherTenant = async (): Promise<Place> =>
    placeIn(world.otherTenant, (await world.otherTenant.createClient()).id);

  it.each<[string, () => Promise<Partial<Place>>]>([
    ["another tenant's project", placeOfOtherTenant],
    [
      "its own organization with another tenant's project",
      async () => ({ ...(await placeOfOtherTenant()), org_id: home.org_id }),
    ],
    [
      'another organization with its own project',
      async () => ({
        org_id: world.otherTenant.organizationId,
        oauth_client_id: (await world.tenant.createClient()).id,
      }),
    ],
    ['an organization that nobody has', () => Promise.resolve({ org_id: randomUUID() })],
    ['a project that nobody has', () => Promise.resolve({ project_id: randomUUID() })],
  ])(`${caller} finds nothing in %s`, async (_, elsewhere) => {
    const place = { ...home, ...(await elsewhere()) };
    expect(await tried(caller, CLIENT_OPERATIONS, place)).toBe(NOTHING);
    expect(await tried(caller, READ_OPERATIONS, place)).toBe('404 404 404 404');
    expect(await tried(caller, { project: TENANT_OPERATIONS.project }, place)).toBe('404');
  });

  it.each<[string, () => Promise<string>]>([
    ["another tenant's client", async () => (await world.otherTenant.createClient()).id],
    ["the other project's client", async () => (await clientIn(world, world.otherProjectId)).id],
    ['a client_id', async () => (await world.tenant.createClient()).client_id],
    ['an id that nobody has', () => Promise.resolve(randomUUID())],
  ])(`${caller} is told ${onStrangeClient} of %s in its own project`, async (_, id) => {
    const place = { ...home, oauth_client_id: await id() };
    expect(await tried(caller, onOneClient, place)).toBe(onStrangeClient);
    const { clientAudit } = READ_OPERATIONS;
    expect(await tried(caller, { clientAudit }, place)).toBe(onStrangeClient.split(' ')[0]);
  });

  it(`${caller} finds no secret of another client under a client of its project`, async () => {
    const other = await world.tenant.createClient();
    const { id } = await world.tenant.createClient();
    const { listSecrets: _list, endTokens: _end, ...onOneSecret } = SECRET_OPERATIONS;
    const place = { ...placeIn(world.tenant, id), secret_id: other.secret_id ?? '' };
    const expected = onStrangeClient.split(' ')[1] ?? '';
    expect(await tried(caller, onOneSecret, place)).toBe(`${expected} ${expected}`);
  });

  it.each<[string, () => string]>([
    ['of others', () => world.otherTenant.organizationId],
    ['that nobody has', () => randomUUID()],
  ])(`${caller} finds no organization %s`, async (_, organizationId) => {
    const { projects } = MEMBERSHIP_OPERATIONS;
    const place = { ...placeIn(world.otherTenant), org_id: organizationId() };
    expect(await tried(caller, { projects }, place)).toBe('404');
    expect(await tried(caller, TENANT_OPERATIONS, place)).toBe('404 404 404 404 404');
    expect(await tried(caller, PROVISIONING_OPERATIONS, place)).toBe(NOTHING);
  });
});
