import { randomUUID } from 'node:crypto';
import type { Answer } from '../../support/api-client.js';
import type { TestTenant } from '../../support/registry.js';
import { clientIn, makeWorld, type World } from './callers.js';
import {
  CLIENT_OPERATIONS,
  MEMBERSHIP_OPERATIONS,
  PROVISIONING_OPERATIONS,
  READ_OPERATIONS,
  TENANT_OPERATIONS,
} from './operations.js';
import { pathIn, type Operation, type Place } from './operations.js';
import { useRegistry } from '../../support/use-registry.js';

const { list: _list, create: _create, ...ON_CLIENT } = CLIENT_OPERATIONS;
const ON_ONE_CLIENT = { ...ON_CLIENT, audit: READ_OPERATIONS.clientAudit };
const { clientAudit: _audit, ...ON_PROJECT } = READ_OPERATIONS;
const { projects: LIST_PROJECTS } = MEMBERSHIP_OPERATIONS;

describe('What a caller may not see', () => {
  let world: World;
  const { registry } = useRegistry();
  let own: TestTenant;
  let home: Place;
  /** Where there is nothing for the admin, by the reason for it. */
  let nothing: Record<string, Place>;

  beforeAll(async () => {
    world = await makeWorld(registry);
    own = world.tenant;
    const { organizationId: org_id, projectId: project_id } = own;
    home = { org_id, project_id, oauth_client_id: (await own.createClient()).id, subject: own.people.admin };
    const foreign = await placeIn(world.otherTenant);
    nothing = {
      'an unknown organization': { ...home, org_id: randomUUID() },
      'a foreign organization': foreign,
      'a foreign organization with the own project': { ...home, org_id: foreign.org_id },
      'a deleted organization': await deletedOrganization(),
      'an unknown project': { ...home, project_id: randomUUID() },
      'a foreign project': { ...foreign, org_id },
      'a deleted project': await deletedProject(),
      'an unknown client': { ...home, oauth_client_id: randomUUID() },
      'a foreign client': { ...home, oauth_client_id: foreign.oauth_client_id },
      "another project's client": {
        ...home,
        oauth_client_id: (await clientIn(world, world.otherProjectId)).id,
      },
      'a deleted client': { ...home, oauth_client_id: await deletedClient() },
      'a malformed id': { ...home, oauth_client_id: 'no-id' },
    };
  });

  async function placeIn(tenant: TestTenant): Promise<Place> {
    const { id } = await tenant.createClient();
    const { organizationId, projectId, people } = tenant;
    return { org_id: organizationId, project_id: projectId, oauth_client_id: id, subject: people.admin };
  }

  async function deletedOrganization(): Promise<Place> {
    const tenant = await registry.tenant();
    const { id } = await tenant.createClient();
    const token = await registry.platform();
    const member = `/v1/organizations/${tenant.organizationId}/members/${own.people.admin}`;
    await registry.api.put(member, { token, body: { role: 'admin' } });
    await registry.api.delete(`/v1/organizations/${tenant.organizationId}`, { token });
    return { ...home, org_id: tenant.organizationId, project_id: tenant.projectId, oauth_client_id: id };
  }

  async function deletedProject(): Promise<Place> {
    const token = await registry.platform();
    const project_id = randomUUID();
    const path = `/v1/organizations/${own.organizationId}/projects/${project_id}`;
    await registry.api.put(path, { token, body: { name: 'Short-lived' } });
    const { id } = await clientIn(world, project_id);
    await registry.api.delete(path, { token });
    return { ...home, project_id, oauth_client_id: id };
  }

  async function deletedClient(): Promise<string> {
    const { id } = await own.createClient();
    await registry.api.delete(own.client(id), { token: own.admin });
    return id;
  }

  const call = ({ method, path, body }: Operation, place: Place, sent: unknown = body): Promise<Answer> =>
    registry.api.call(method, pathIn(path, place), { token: own.admin, body: sent });

  /** All of the answer but for what is another in every answer. */
  const looksOf = ({ status, headers, body }: Answer): object => {
    const { request_id: _id, ...rest } = body;
    const shown = [...headers].filter(([name]) => name !== 'x-request-id' && name !== 'date');
    return { status, headers: Object.fromEntries(shown), body: rest };
  };

  it.each(Object.entries(ON_ONE_CLIENT))(
    'what a caller may not see looks the same for every reason: %s',
    async (_, operation) => {
      const looks = await Promise.all(
        Object.entries(nothing).map(async ([reason, place]) => [
          reason,
          looksOf(await call(operation, place)),
        ]),
      );
      const { 'an unknown client': expected } = Object.fromEntries(looks) as Record<string, object>;
      expect(expected).toMatchObject({ status: 404, body: { code: 'not_found' } });
      expect(looks).toEqual(Object.keys(nothing).map((reason) => [reason, expected]));
    },
  );

  it('what a caller may not see looks the same on every route of projects and organizations', async () => {
    const { list, create } = CLIENT_OPERATIONS;
    const expected = looksOf(await call(list, { ...home, project_id: randomUUID() }));
    const strange = Object.entries(nothing).filter(([, place]) => place.org_id !== home.org_id);
    const operations = [
      list,
      create,
      LIST_PROJECTS,
      ...Object.values(TENANT_OPERATIONS),
      ...Object.values(READ_OPERATIONS),
      ...Object.values(PROVISIONING_OPERATIONS),
    ];
    expect(strange).toHaveLength(4);
    for (const [reason, place] of strange) {
      const looks = await Promise.all(operations.map(async (one) => looksOf(await call(one, place))));
      expect([reason, ...looks]).toEqual([reason, ...operations.map(() => expected)]);
    }
  });

  it('what a caller may not see looks the same on the clients of a project', async () => {
    const { list, create } = CLIENT_OPERATIONS;
    const looks: unknown[] = [];
    for (const reason of ['an unknown project', 'a foreign project', 'a deleted project']) {
      for (const operation of [list, create, TENANT_OPERATIONS.project, ...Object.values(ON_PROJECT)])
        looks.push(looksOf(await call(operation, nothing[reason] ?? home)));
    }
    expect(looks[0]).toMatchObject({ status: 404 });
    expect(looks).toEqual(looks.map(() => looks[0]));
  });

  it('what a caller may not see is not betrayed by a body or a header that would be refused elsewhere', async () => {
    const { create, update } = CLIENT_OPERATIONS;
    for (const place of [nothing['a foreign organization'], nothing['a deleted organization']]) {
      for (const operation of [create, update]) {
        const answer = await call(operation, place ?? home, { grant_types: 'wrong', nonsense: true });
        expect(answer.status).toBe(404);
      }
      const path = pathIn(update.path, place ?? home);
      const headers = { 'if-match': 'nonsense' };
      expect((await registry.api.patch(path, { token: own.admin, body: {}, headers })).status).toBe(404);
    }
  });

  it('what a caller may not see is named in no error, whatever is wrong', async () => {
    const { organizationId, projectId } = world.otherTenant;
    const foreign = await world.otherTenant.createClient();
    const ids = [organizationId, projectId, foreign.id, foreign.client_id];
    const place = { ...home, org_id: organizationId, project_id: projectId, oauth_client_id: foreign.id };
    const all = [
      ...Object.values(CLIENT_OPERATIONS),
      LIST_PROJECTS,
      ...Object.values(TENANT_OPERATIONS),
      ...Object.values(READ_OPERATIONS),
      ...Object.values(PROVISIONING_OPERATIONS),
    ];
    const calls = [
      ...all.map((one) => call(one, place)),
      ...Object.values(CLIENT_OPERATIONS).map((one) => call(one, { ...place, org_id: home.org_id })),
      ...Object.values(ON_ONE_CLIENT).map((one) => call(one, { ...home, oauth_client_id: foreign.id })),
    ];
    for (const { status, text, headers } of await Promise.all(calls)) {
      const shown = `${text} ${JSON.stringify([...headers])}`;
      expect([status, ...ids.filter((id) => shown.includes(id))]).toEqual([404]);
    }
  });
});
