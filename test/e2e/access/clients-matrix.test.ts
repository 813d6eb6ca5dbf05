import { randomUUID } from 'node:crypto';
import { TestRegistry } from '../../support/registry.js';
import { attempt } from './attempt.js';
import { clientIn, makeCallers, makeWorld, type Callers, type World } from './callers.js';
import { CLIENT_OPERATIONS, type Place } from './operations.js';

/** `s` behind a 403 stands for `insufficient_scope`. The columns are the operations in their order. */
const EXPECTED = [
  // caller                                                list create read update rotate delete
  ['no token', '401 401 401 401 401 401'],
  ['a garbage token', '401 401 401 401 401 401'],

  ['admin', '200 201 200 200 201 204'],
  ['developer', '200 201 200 200 201 403'],
  ['viewer', '200 403 200 403 403 403'],
  ['admin by Kratos session', '200 201 200 200 201 204'],
  ['developer by Kratos session', '200 201 200 200 201 403'],
  ['viewer by Kratos session', '200 403 200 403 403 403'],
  ['admin with scope read', '200 403s 200 403s 403s 403s'],
  ['admin with scope write', '403s 201 403s 200 201 204'],
  ['admin without scope', '403s 403s 403s 403s 403s 403s'],
  ['admin with scope registry:admin', '403s 403s 403s 403s 403s 403s'],
  ['viewer with scope write', '403s 403 403s 403 403 403'],

  ['stranger', '404 404 404 404 404 404'],
  ['stranger without scope', '404 404 404 404 404 404'],
  ['stranger by Kratos session', '404 404 404 404 404 404'],
  ['admin of another tenant', '404 404 404 404 404 404'],
  ['admin of another tenant by Kratos session', '404 404 404 404 404 404'],
  ['removed admin', '404 404 404 404 404 404'],
  ['removed admin by Kratos session', '404 404 404 404 404 404'],

  ["admin through the project's client", '200 201 200 200 201 204'],
  ["viewer through the project's client", '200 403 200 403 403 403'],
  ["admin through the project's client without scope", '403s 403s 403s 403s 403s 403s'],
  ["stranger through the project's client", '404 404 404 404 404 404'],
  ["admin of another tenant through the project's client", '404 404 404 404 404 404'],
  ["admin through another project's client", '404 404 404 404 404 404'],
  ["admin through another tenant's client", '404 404 404 404 404 404'],
  ['admin through a disabled client', '404 404 404 404 404 404'],
  ['admin through a deleted client', '404 404 404 404 404 404'],
  ['admin through an unknown client', '404 404 404 404 404 404'],
  ['admin through an unknown client without scope', '404 404 404 404 404 404'],

  ['machine', '200 201 200 200 201 403'],
  ['machine with scope read', '200 403s 200 403s 403s 403s'],
  ['machine with scope write', '403s 201 403s 200 201 403'],
  ['machine without scope', '403s 403s 403s 403s 403s 403s'],
  ['machine with scope registry:admin', '403s 403s 403s 403s 403s 403s'],
  ['machine of another project', '404 404 404 404 404 404'],
  ['machine of another tenant', '404 404 404 404 404 404'],
  ['disabled machine', '404 404 404 404 404 404'],
  ['deleted machine', '404 404 404 404 404 404'],
  ['deleted machine with scope registry:admin', '404 404 404 404 404 404'],
  ['machine of an unknown client', '404 404 404 404 404 404'],
  ['machine of a first-party client', '404 404 404 404 404 404'],
  ['the platform', '404 404 404 404 404 404'],
  ['the platform with all scopes', '404 404 404 404 404 404'],
] as const;

const NOTHING = '404 404 404 404 404 404';

/** Callers with rights in the project, with what they are told of a client that is not in it, whatever its id names. */
const TRESPASSERS = [
  // caller                            read update rotate delete
  ['admin', '404 404 404 404'],
  ['admin by Kratos session', '404 404 404 404'],
  ["admin through the project's client", '404 404 404 404'],
  ['machine', '404 404 404 403'],
  ['viewer', '404 403 403 403'],
  ['admin without scope', '403s 403s 403s 403s'],
] as const;

describe("A project's clients", () => {
  let world: World;
  let callers: Callers;
  let home: Place;

  beforeAll(async () => {
    world = await makeWorld(await TestRegistry.start());
    callers = await makeCallers(world);
    const { organizationId, projectId } = world.tenant;
    home = { org_id: organizationId, project_id: projectId, oauth_client_id: randomUUID(), subject: '' };
  });
  afterAll(() => world.registry.stop());

  const tried = (caller: string, operations: Partial<typeof CLIENT_OPERATIONS>, elsewhere: Partial<Place>) =>
    attempt(world.registry, operations, { token: callers[caller], place: { ...home, ...elsewhere } });

  it('has a row for every caller', () => {
    expect(EXPECTED.map(([caller]) => caller).toSorted()).toEqual(Object.keys(callers).toSorted());
  });

  it.each(EXPECTED)('answers %s with %s', async (caller, expected) => {
    const { id } = await world.tenant.createClient();
    expect(await tried(caller, CLIENT_OPERATIONS, { oauth_client_id: id })).toBe(expected);
  });

  describe.each(TRESPASSERS)('when %s goes elsewhere', (caller, onStrangeClient) => {
    const { list: _list, create: _create, ...onOneClient } = CLIENT_OPERATIONS;

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
    ])('finds nothing in %s', async (_, elsewhere) => {
      expect(await tried(caller, CLIENT_OPERATIONS, await elsewhere())).toBe(NOTHING);
    });

    it.each<[string, () => Promise<string>]>([
      ["another tenant's client", async () => (await world.otherTenant.createClient()).id],
      ["the other project's client", async () => (await clientIn(world, world.otherProjectId)).id],
      ['a client_id', async () => (await world.tenant.createClient()).client_id],
      ['an id that nobody has', () => Promise.resolve(randomUUID())],
    ])(`is told ${onStrangeClient} of %s in its own project`, async (_, id) => {
      expect(await tried(caller, onOneClient, { oauth_client_id: await id() })).toBe(onStrangeClient);
    });
  });

  async function placeOfOtherTenant(): Promise<Partial<Place>> {
    const { organizationId, projectId } = world.otherTenant;
    const { id } = await world.otherTenant.createClient();
    return { org_id: organizationId, project_id: projectId, oauth_client_id: id };
  }
});
