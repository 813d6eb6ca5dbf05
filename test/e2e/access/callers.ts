import { randomUUID } from 'node:crypto';
import { FIRST_PARTY_CLIENT_ID, MACHINE_CLIENT, WEB_CLIENT } from '../../support/registry.js';
import type { TestRegistry, TestTenant } from '../../support/registry.js';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import { MACHINE_WITH_RIGHTS } from './operations.js';

const READ = ['oauth_clients:read'];
const WRITE = ['oauth_clients:write'];

/** A tenant with a second project, and another tenant: all that the tables of access speak of. */
export interface World {
  readonly registry: TestRegistry;
  readonly tenant: TestTenant;
  readonly otherProjectId: string;
  readonly otherTenant: TestTenant;
}

export async function makeWorld(registry: TestRegistry): Promise<World> {
  const [tenant, otherTenant] = await Promise.all([registry.tenant(), registry.tenant()]);
  const otherProjectId = randomUUID();
  await registry.api.put(`/v1/organizations/${tenant.organizationId}/projects/${otherProjectId}`, {
    token: await registry.platform(),
    body: { name: 'Second' },
  });
  return { registry, tenant, otherProjectId, otherTenant };
}

/** A client of any project of the tenant, made by its admin. */
export async function clientIn(
  { registry, tenant }: World,
  projectId: string,
  body: object = WEB_CLIENT,
): Promise<OAuthClientDto> {
  const path = `/v1/organizations/${tenant.organizationId}/projects/${projectId}/oauth-clients`;
  const answer = await registry.api.post<OAuthClientDto>(path, { token: tenant.admin, body });
  if (answer.status !== 201) throw new Error(answer.text);
  return answer.body;
}

/** The token of everybody who may call, by the name that the tables use; undefined for no token. */
export type Callers = Readonly<Record<string, string | undefined>>;

export async function makeCallers(world: World): Promise<Callers> {
  return {
    'no token': undefined,
    'a garbage token': 'garbage',
    ...(await people(world)),
    ...(await peopleThroughClients(world)),
    ...(await machines(world)),
    'the platform': await world.registry.platform(),
    'the platform with all scopes': await world.registry.machine('platform', [
      'registry:admin',
      ...READ,
      ...WRITE,
    ]),
  };
}

async function people({ registry, tenant, otherTenant }: World): Promise<Callers> {
  const { admin, developer, viewer } = tenant.people;
  const removed = randomUUID();
  const member = `/v1/organizations/${tenant.organizationId}/members/${removed}`;
  const token = await registry.platform();
  await registry.api.put(member, { token, body: { role: 'admin' } });
  await registry.api.delete(member, { token });
  const stranger = randomUUID();
  const session = (sub: string) => registry.kratos.kratosSession({ sub });
  return {
    admin: tenant.admin,
    developer: tenant.developer,
    viewer: tenant.viewer,
    'admin by Kratos session': await session(admin),
    'developer by Kratos session': await session(developer),
    'viewer by Kratos session': await session(viewer),
    'admin with scope read': await registry.person(admin, READ),
    'admin with scope write': await registry.person(admin, WRITE),
    'admin without scope': await registry.person(admin, []),
    'admin with scope registry:admin': await registry.person(admin, ['registry:admin']),
    'viewer with scope write': await registry.person(viewer, WRITE),
    stranger: await registry.person(stranger),
    'stranger without scope': await registry.person(stranger, []),
    'stranger by Kratos session': await session(stranger),
    'admin of another tenant': otherTenant.admin,
    'admin of another tenant by Kratos session': await session(otherTenant.people.admin),
    'removed admin': await registry.person(removed),
    'removed admin by Kratos session': await session(removed),
  };
}

async function peopleThroughClients(world: World): Promise<Callers> {
  const { registry, tenant, otherProjectId, otherTenant } = world;
  const { admin, viewer } = tenant.people;
  const through = async (client: OAuthClientDto | Promise<OAuthClientDto>, sub = admin, scopes?: string[]) =>
    registry.person(sub, scopes, (await client).client_id);
  const rights = { ...WEB_CLIENT, scopes: [...READ, ...WRITE] };
  const own = await tenant.createClient(rights);
  return {
    "admin through the project's client": await through(own),
    "viewer through the project's client": await through(own, viewer),
    "admin through the project's client without scope": await through(own, admin, []),
    "stranger through the project's client": await through(own, randomUUID()),
    "admin of another tenant through the project's client": await through(own, otherTenant.people.admin),
    "admin through another project's client": await through(clientIn(world, otherProjectId, rights)),
    "admin through another tenant's client": await through(otherTenant.createClient(rights)),
    'admin through a disabled client': await through(tenant.createClient({ ...rights, enabled: false })),
    'admin through a deleted client': await through(deletedClient(world, {})),
    'admin through an unknown client': await registry.person(admin, undefined, randomUUID()),
    'admin through an unknown client without scope': await registry.person(admin, [], 'elsewhere'),
  };
}

async function machines(world: World): Promise<Callers> {
  const { registry, tenant, otherProjectId, otherTenant } = world;
  const own = await tenant.createClient(MACHINE_WITH_RIGHTS);
  const elsewhere = await clientIn(world, otherProjectId, MACHINE_WITH_RIGHTS);
  const foreign = await otherTenant.createClient(MACHINE_WITH_RIGHTS);
  const disabled = await tenant.createClient({ ...MACHINE_WITH_RIGHTS, enabled: false });
  const deleted = await deletedClient(world, MACHINE_CLIENT);
  return {
    machine: await registry.machine(own.client_id),
    'machine with scope read': await registry.machine(own.client_id, READ),
    'machine with scope write': await registry.machine(own.client_id, WRITE),
    'machine without scope': await registry.machine(own.client_id, []),
    'machine with scope registry:admin': await registry.machine(own.client_id, ['registry:admin']),
    'machine of another project': await registry.machine(elsewhere.client_id),
    'machine of another tenant': await registry.machine(foreign.client_id),
    'disabled machine': await registry.machine(disabled.client_id),
    'deleted machine': await registry.machine(deleted.client_id),
    'deleted machine with scope registry:admin': await registry.machine(deleted.client_id, [
      'registry:admin',
    ]),
    'machine of an unknown client': await registry.machine(randomUUID()),
    'machine of a first-party client': await registry.machine(FIRST_PARTY_CLIENT_ID),
  };
}

async function deletedClient({ registry, tenant }: World, body: object): Promise<OAuthClientDto> {
  const client = await tenant.createClient({ ...body });
  await registry.api.delete(tenant.client(client.id), { token: tenant.admin });
  return client;
}
