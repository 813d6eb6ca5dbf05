import { randomUUID } from 'node:crypto';
import type { MembershipPageDto } from '../../../src/organizations/dto/organization.dto.js';
import type { Body, TestTenant } from '../../support/registry.js';
import { clientIn, makeCallers, makeWorld, type Callers, type World } from './callers.js';
import { useRegistry } from '../../support/use-registry.js';

const ORGANIZATIONS = '/v1/organizations';

interface Page {
  readonly data: { readonly id: string }[];
  readonly next_cursor: string | null;
}

let world: World;
const { registry } = useRegistry();
let callers: Callers;
let platform: string;

beforeAll(async () => {
  world = await makeWorld(registry);
  callers = await makeCallers(world);
  platform = await registry.platform();
});

const idsAt = async (path: string, token: string | undefined): Promise<string[]> =>
  (await registry.api.get<Page>(path, { token })).body.data.map(({ id }) => id);

const join = (organizationId: string, subject: string, role = 'viewer') =>
  registry.api.put(`${ORGANIZATIONS}/${organizationId}/members/${subject}`, {
    token: platform,
    body: { role },
  });

describe('GET /v1/organizations', () => {
  it.each(['admin', 'admin by Kratos session'])(
    'GET /v1/organizations shows %s all of its own, newest id first',
    async (caller) => {
      await join(world.otherTenant.organizationId, world.tenant.people.admin);
      const own = [world.tenant.organizationId, world.otherTenant.organizationId].toSorted().toReversed();
      expect(await idsAt(ORGANIZATIONS, callers[caller])).toEqual(own);
    },
  );

  it('GET /v1/organizations tells the role that the caller has in each', async () => {
    const someone = randomUUID();
    await join(world.tenant.organizationId, someone, 'developer');
    await join(world.otherTenant.organizationId, someone, 'viewer');
    const token = await registry.person(someone);
    const { body } = await registry.api.get<MembershipPageDto>(ORGANIZATIONS, { token });
    expect(new Map(body.data.map(({ id, role }) => [id, role]))).toEqual(
      new Map([
        [world.tenant.organizationId, 'developer'],
        [world.otherTenant.organizationId, 'viewer'],
      ]),
    );
  });

  it.each(['machine', 'machine of another project'])(
    'GET /v1/organizations shows %s the one of its project, without a role',
    async (caller) => {
      const { body } = await registry.api.get<MembershipPageDto>(ORGANIZATIONS, { token: callers[caller] });
      expect(body.data).toMatchObject([{ id: world.tenant.organizationId, role: null }]);
    },
  );

  it.each(["admin through the project's client", "admin through another project's client"])(
    "GET /v1/organizations shows %s the client's organization and none of the person's others",
    async (caller) => {
      await join(world.otherTenant.organizationId, world.tenant.people.admin);
      expect(await idsAt(ORGANIZATIONS, callers[caller])).toEqual([world.tenant.organizationId]);
    },
  );

  it.each([
    'stranger',
    'removed admin',
    'removed admin by Kratos session',
    "stranger through the project's client",
    'admin through a disabled client',
    'admin through a deleted client',
    'admin through an unknown client',
    'disabled machine',
    'deleted machine',
    'machine of an unknown client',
  ])('GET /v1/organizations shows %s no organization', async (caller) => {
    expect(await idsAt(ORGANIZATIONS, callers[caller])).toEqual([]);
  });
});

describe('GET /v1/organizations/{id}/projects', () => {
  const projects = () => `${ORGANIZATIONS}/${world.tenant.organizationId}/projects`;

  it.each(['admin', 'viewer', 'viewer by Kratos session'])(
    'GET /v1/organizations/{id}/projects shows %s all projects of the organization',
    async (caller) => {
      const own = [world.tenant.projectId, world.otherProjectId].toSorted().toReversed();
      expect(await idsAt(projects(), callers[caller])).toEqual(own);
    },
  );

  it.each([
    ['machine', () => world.tenant.projectId],
    ["admin through the project's client", () => world.tenant.projectId],
    ['machine of another project', () => world.otherProjectId],
    ["admin through another project's client", () => world.otherProjectId],
  ])("GET /v1/organizations/{id}/projects shows %s only its client's own project", async (caller, own) => {
    expect(await idsAt(projects(), callers[caller])).toEqual([own()]);
  });
});

describe('after a deletion', () => {
  let tenant: TestTenant;
  let machine: string;
  const remove = (path: string) => registry.api.delete(`${ORGANIZATIONS}/${path}`, { token: platform });

  beforeEach(async () => {
    tenant = await registry.tenant();
    const client = await clientIn({ ...world, tenant }, tenant.projectId, {
      name: 'Export',
      grant_types: ['client_credentials'],
      scopes: ['oauth_clients:read'],
    });
    machine = await registry.machine(client.client_id);
  });

  it('a deleted organization is shown to nobody', async () => {
    await remove(tenant.organizationId);
    expect(await idsAt(ORGANIZATIONS, tenant.admin)).toEqual([]);
    expect(await idsAt(ORGANIZATIONS, machine)).toEqual([]);
    const path = `${ORGANIZATIONS}/${tenant.organizationId}/projects`;
    expect((await registry.api.get(path, { token: tenant.admin })).status).toBe(404);
  });

  it('a deleted project is shown to nobody, and its machine is shown no organization', async () => {
    await remove(`${tenant.organizationId}/projects/${tenant.projectId}`);
    expect(await idsAt(`${ORGANIZATIONS}/${tenant.organizationId}/projects`, tenant.admin)).toEqual([]);
    expect(await idsAt(ORGANIZATIONS, machine)).toEqual([]);
  });
});

describe('paging', () => {
  let someone: string;
  let token: string;
  let tenants: string[];
  let organizationId: string;
  let projectIds: string[];

  beforeAll(async () => {
    someone = randomUUID();
    token = await registry.person(someone);
    tenants = await Promise.all(
      Array.from({ length: 5 }, async () => (await registry.tenant()).organizationId),
    );
    for (const id of tenants) await join(id, someone);
    organizationId = tenants[0] ?? '';
    projectIds = Array.from({ length: 4 }, () => randomUUID());
    for (const id of projectIds) {
      const path = `${ORGANIZATIONS}/${organizationId}/projects/${id}`;
      await registry.api.put(path, { token: platform, body: { name: 'Shop' } });
    }
  });

  const pages = async (path: string, limit: number): Promise<string[][]> => {
    const found: string[][] = [];
    let cursor = '';
    do {
      const { body } = await registry.api.get<Page>(`${path}?limit=${limit}${cursor}`, { token });
      found.push(body.data.map(({ id }) => id));
      cursor = body.next_cursor === null ? '' : `&cursor=${body.next_cursor}`;
    } while (cursor !== '');
    return found;
  };

  it.each([
    [1, [1, 1, 1, 1, 1]],
    [2, [2, 2, 1]],
    [5, [5]],
  ])('a list of organizations or projects gives all in order, %i at a time', async (limit, sizes) => {
    for (const path of [ORGANIZATIONS, `${ORGANIZATIONS}/${organizationId}/projects`]) {
      const found = await pages(path, limit);
      expect(found.map((page) => page.length)).toEqual(sizes);
      expect(found.flat()).toEqual(await idsAt(path, token));
    }
    expect(await idsAt(ORGANIZATIONS, token)).toEqual(tenants.toSorted().toReversed());
    const projects = await idsAt(`${ORGANIZATIONS}/${organizationId}/projects`, token);
    expect(projects).toEqual(projects.toSorted().toReversed());
    expect(projects).toEqual(expect.arrayContaining(projectIds));
  });

  const cursorAt = async (path: string, as = token): Promise<string> =>
    (await registry.api.get<Page>(`${path}?limit=1`, { token: as })).body.next_cursor ?? '';

  it.each<[string, () => Promise<[path: string, cursor: string]>]>([
    ['of another person', async () => [ORGANIZATIONS, await cursorAt(ORGANIZATIONS, await someoneElse())]],
    [
      'of the other list',
      async () => [ORGANIZATIONS, await cursorAt(`${ORGANIZATIONS}/${organizationId}/projects`)],
    ],
    [
      'of another organization',
      async () => [
        `${ORGANIZATIONS}/${tenants[1]}/projects`,
        await cursorAt(`${ORGANIZATIONS}/${organizationId}/projects`),
      ],
    ],
    ['that is cut', async () => [ORGANIZATIONS, (await cursorAt(ORGANIZATIONS)).slice(1)]],
    ['that is an id', () => Promise.resolve([ORGANIZATIONS, organizationId])],
    ['that is empty', () => Promise.resolve([ORGANIZATIONS, ''])],
  ])('a list of organizations or projects refuses a cursor %s', async (_, make) => {
    const [path, cursor] = await make();
    const { status, body } = await registry.api.get<Body>(`${path}?cursor=${cursor}`, { token });
    expect([status, body['code']]).toEqual([400, 'bad_request']);
  });

  it.each(['0', '101', '-1', '1e1', 'x', ''])(
    'a list of organizations or projects refuses the limit %j',
    async (limit) => {
      for (const path of [ORGANIZATIONS, `${ORGANIZATIONS}/${organizationId}/projects`]) {
        expect((await registry.api.get(`${path}?limit=${limit}`, { token })).status).toBe(400);
      }
    },
  );

  async function someoneElse(): Promise<string> {
    const other = randomUUID();
    for (const id of tenants) await join(id, other);
    return registry.person(other);
  }
});
