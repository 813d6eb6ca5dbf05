import { randomUUID } from 'node:crypto';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import type { TestTenant } from '../../support/registry.js';
import { clientIn, makeWorld, type World } from '../access/callers.js';
import { MACHINE_WITH_RIGHTS } from '../access/operations.js';
import { eventsOf } from './support.js';
import { useRegistry } from '../../support/use-registry.js';

const { registry } = useRegistry();
let platform: string;
let world: World;
let tenant: TestTenant;
let organization: string;
/** In the tenant's project: changed once, so at revision 2; and a machine. */
let web: OAuthClientDto;
let machine: OAuthClientDto;
/** In its second project. */
let elsewhere: OAuthClientDto;

beforeAll(async () => {
  platform = await registry.platform();
});

beforeEach(async () => {
  world = await makeWorld(registry);
  ({ tenant } = world);
  organization = `/v1/organizations/${tenant.organizationId}`;
  web = await tenant.createClient();
  machine = await tenant.createClient(MACHINE_WITH_RIGHTS);
  elsewhere = await clientIn(world, world.otherProjectId);
  await registry.api.post(`${tenant.client(web.id)}/secrets`, { token: tenant.admin });
});

const remove = (path: string) =>
  registry.api.delete(path, { token: platform, headers: { 'x-request-id': 'deletion' } });
const removeProject = () => remove(`${organization}/projects/${tenant.projectId}`);

interface StoredClient {
  readonly id: string;
  readonly revision: number;
  readonly is_deleted: boolean;
  readonly is_synced: boolean;
  readonly modified_by: object;
  readonly live_secrets: number;
}

async function stored(): Promise<Map<string, StoredClient>> {
  const { rows } = await registry.database.query<StoredClient>(
    `select c.id, c.revision, c.deleted_at is not null as is_deleted, c.synced_revision = c.revision as is_synced,
       c.modified_by, count(s.id)::int as live_secrets
     from oauth_clients c left join oauth_client_secrets s on s.oauth_client_id = c.id and s.revoked_at is null
     where c.organization_id = $1 group by c.id`,
    [tenant.organizationId],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

const deletionEvents = async () =>
  (await eventsOf(registry.database, tenant.organizationId)).filter(
    ({ request_id }) => request_id === 'deletion',
  );

const gone = (revision: number) => ({
  revision,
  is_deleted: true,
  is_synced: true,
  modified_by: { issuer: registry.hydra.issuer, subject: 'platform', client_id: 'platform' },
  live_secrets: 0,
});

const eventOf = (client: OAuthClientDto, revision: number) => ({
  action: 'oauth_client.deleted',
  project_id: client.project_id,
  oauth_client_id: client.id,
  revision,
});

describe('When a project is deleted', () => {
  it('each client of a deleted project is deleted with a revision of its own and without a live secret', async () => {
    await removeProject();
    const clients = await stored();
    expect(clients.get(web.id)).toMatchObject(gone(3));
    expect(clients.get(machine.id)).toMatchObject(gone(2));
    expect(clients.get(elsewhere.id)).toMatchObject({ revision: 1, is_deleted: false, live_secrets: 1 });
  });

  it('the deletion of a project makes an event for it and one for each of its clients', async () => {
    await removeProject();
    const events = await deletionEvents();
    expect(events).toHaveLength(3);
    expect(events[0]).toMatchObject({ action: 'project.deleted', project_id: tenant.projectId });
    expect(events).toEqual(
      expect.arrayContaining([
        expect.objectContaining(eventOf(web, 3)),
        expect.objectContaining(eventOf(machine, 2)),
      ]),
    );
  });

  it('a client that was deleted before its project keeps its revision and its event', async () => {
    await registry.api.delete(tenant.client(web.id), { token: tenant.admin });
    await removeProject();
    expect((await stored()).get(web.id)?.revision).toBe(3);
    expect((await deletionEvents()).map(({ oauth_client_id }) => oauth_client_id)).not.toContain(web.id);
  });

  it('nobody finds the clients of a deleted project any more, and its machines are nobody', async () => {
    const tokens = [tenant.admin, tenant.developer, await registry.machine(machine.client_id)];
    expect((await registry.api.get(tenant.clients, { token: tokens[2] })).status).toBe(200);
    await removeProject();
    for (const token of tokens) {
      expect((await registry.api.get(tenant.clients, { token })).status).toBe(404);
      expect((await registry.api.get(tenant.client(web.id), { token })).status).toBe(404);
      expect((await registry.api.post(tenant.clients, { token, body: MACHINE_WITH_RIGHTS })).status).toBe(
        404,
      );
    }
  });

  it('the secret of a machine of a deleted project gets no token', async () => {
    const basic = Buffer.from(`${machine.client_id}:${machine.client_secret}`).toString('base64');
    const ask = () =>
      registry.api.post<{ error?: string }>('/oauth2/token', {
        raw: 'grant_type=client_credentials',
        headers: { authorization: `Basic ${basic}`, 'content-type': 'application/x-www-form-urlencoded' },
      });
    expect((await ask()).status).toBe(200);
    await removeProject();
    const { status, body } = await ask();
    expect([status, body.error]).toEqual([401, 'invalid_client']);
  });

  it('what a deleted project had as its own does not come back with another project', async () => {
    await removeProject();
    const project = `${organization}/projects/${randomUUID()}`;
    expect((await registry.api.put(project, { token: platform, body: { name: 'Shop' } })).status).toBe(200);
    const { body } = await registry.api.get<{ data: unknown[] }>(`${project}/oauth-clients`, {
      token: tenant.admin,
    });
    expect(body.data).toEqual([]);
    const token = await registry.machine(machine.client_id);
    expect((await registry.api.get(`${project}/oauth-clients`, { token })).status).toBe(404);
  });
});

describe('When an organization is deleted', () => {
  it('all projects of a deleted organization and their clients are deleted, each with its event', async () => {
    expect((await remove(organization)).status).toBe(204);
    const clients = await stored();
    expect(clients.get(web.id)).toMatchObject(gone(3));
    expect(clients.get(machine.id)).toMatchObject(gone(2));
    expect(clients.get(elsewhere.id)).toMatchObject(gone(2));
    const events = await deletionEvents();
    expect(events.map(({ action }) => action).toSorted()).toEqual([
      ...Array<string>(3).fill('oauth_client.deleted'),
      'organization.deleted',
      ...Array<string>(2).fill('project.deleted'),
    ]);
  });

  it('another organization keeps everything when one is deleted', async () => {
    const { id } = await world.otherTenant.createClient();
    await remove(organization);
    const token = world.otherTenant.admin;
    expect((await registry.api.get(world.otherTenant.client(id), { token })).status).toBe(200);
  });

  it('members of a deleted organization see 404, as if it had never been', async () => {
    await remove(organization);
    const paths = [tenant.clients, tenant.client(web.id), `${organization}/projects`];
    for (const path of paths)
      expect((await registry.api.get(path, { token: tenant.admin })).status).toBe(404);
    const put = await registry.api.put(organization, { token: tenant.admin, body: { name: 'Mine' } });
    expect(put.status).toBe(404);
  });

  it('a member of a deleted organization who is a member of another stays one there', async () => {
    const member = `/v1/organizations/${world.otherTenant.organizationId}/members/${tenant.people.admin}`;
    await registry.api.put(member, { token: platform, body: { role: 'viewer' } });
    await remove(organization);
    const { body } = await registry.api.get<{ data: { id: string }[] }>('/v1/organizations', {
      token: tenant.admin,
    });
    expect(body.data.map(({ id }) => id)).toEqual([world.otherTenant.organizationId]);
  });
});

it('A project with many clients is deleted whole', async () => {
  await Promise.all(Array.from({ length: 60 }, () => tenant.createClient()));
  await removeProject();
  const clients = [...(await stored()).values()].filter(({ id }) => id !== elsewhere.id);
  expect(clients).toHaveLength(62);
  expect(clients.filter(({ is_deleted, live_secrets }) => !is_deleted || live_secrets > 0)).toEqual([]);
  expect(await deletionEvents()).toHaveLength(63);
});
