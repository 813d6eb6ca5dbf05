import { randomUUID } from 'node:crypto';
import { stateOf } from '../../support/database-state.js';
import type { Body, TestTenant } from '../../support/registry.js';
import { MACHINE_WITH_RIGHTS } from '../access/operations.js';
import { eventsOf } from './support.js';
import { useRegistry } from '../../support/use-registry.js';

const { registry } = useRegistry();
let platform: string;
let tenant: TestTenant;
let other: TestTenant;
let organization: string;

beforeAll(async () => {
  platform = await registry.platform();
  tenant = await registry.tenant();
  other = await registry.tenant();
  organization = `/v1/organizations/${tenant.organizationId}`;
});

const put = (path: string, body?: unknown) => registry.api.put<Body>(path, { token: platform, body });
const remove = (path: string) => registry.api.delete<Body>(path, { token: platform });
const refusalOf = ({ status, body }: { status: number; body: Body }) => [status, body['code']];

describe('The subject of a member', () => {
  it.each(['a', 'someone@example.com', 'auth0|5f7c8ec7', 'a/b', 'Ω 🦊', '%41', 'x'.repeat(255)])(
    'the subject of a member may be %j, as the token says',
    async (subject) => {
      const path = `${organization}/members/${encodeURIComponent(subject)}`;
      expect((await put(path, { role: 'viewer' })).body['subject']).toBe(subject);
      const token = await registry.person(subject);
      expect((await registry.api.get(tenant.clients, { token })).status).toBe(200);
      expect((await remove(path)).status).toBe(204);
      expect((await registry.api.get(tenant.clients, { token })).status).toBe(404);
    },
  );

  it.each(['x'.repeat(256), ' ', 'a\u0000b', 'a\nb', '\u202Eadmin'])(
    'the subject of a member cannot be %j',
    async (subject) => {
      const before = await stateOf(registry.database);
      const path = `${organization}/members/${encodeURIComponent(subject)}`;
      expect(refusalOf(await put(path, { role: 'viewer' }))).toEqual([400, 'bad_request']);
      expect(refusalOf(await remove(path))).toEqual([400, 'bad_request']);
      expect(await stateOf(registry.database)).toEqual(before);
    },
  );

  it('a member whose subject is the client_id of a machine gives the machine no role', async () => {
    const { client_id } = await tenant.createClient(MACHINE_WITH_RIGHTS);
    await put(`/v1/organizations/${other.organizationId}/members/${client_id}`, { role: 'admin' });
    await put(`${organization}/members/${client_id}`, { role: 'admin' });
    const token = await registry.machine(client_id);
    expect((await registry.api.get(other.clients, { token })).status).toBe(404);
    const { id } = await tenant.createClient();
    expect((await registry.api.delete(tenant.client(id), { token })).status).toBe(403);
    const { body } = await registry.api.get<{ data: unknown[] }>('/v1/organizations', { token });
    expect(body.data).toMatchObject([{ id: tenant.organizationId, role: null }]);
  });
});

describe('A role', () => {
  it.each(['dashboard', 'Kratos'])(
    'a role counts with the next request, for a token of %s that is alive',
    async (kind) => {
      const sub = randomUUID();
      const token =
        kind === 'Kratos' ? await registry.kratos.kratosSession({ sub }) : await registry.person(sub);
      const path = tenant.client((await tenant.createClient()).id);
      const reads = async () => (await registry.api.get(path, { token })).status;
      const writes = async () =>
        (await registry.api.patch(path, { token, body: { name: randomUUID() } })).status;
      const member = `${organization}/members/${sub}`;
      const found: unknown[] = [[await reads(), await writes()]];
      for (const role of ['viewer', 'developer', 'admin', 'viewer']) {
        await put(member, { role });
        found.push([await reads(), await writes()]);
      }
      await remove(member);
      found.push([await reads(), await writes()]);
      expect(found).toEqual([
        [404, 404],
        [200, 403],
        [200, 200],
        [200, 200],
        [200, 403],
        [404, 404],
      ]);
    },
  );
});

it('Events tell which person was added, got another role and was removed', async () => {
  const { organizationId } = other;
  const member = `/v1/organizations/${organizationId}/members/someone`;
  const before = await eventsOf(registry.database, organizationId);
  for (const role of ['viewer', 'admin']) await put(member, { role });
  await remove(member);
  const events = (await eventsOf(registry.database, organizationId)).slice(before.length);
  expect(events.map(({ action, changes }) => [action, changes])).toEqual([
    ['member.added', { subject: { from: null, to: 'someone' }, role: { from: null, to: 'viewer' } }],
    [
      'member.updated',
      { subject: { from: 'someone', to: 'someone' }, role: { from: 'viewer', to: 'admin' } },
    ],
    ['member.removed', { subject: { from: 'someone', to: null } }],
  ]);
});
