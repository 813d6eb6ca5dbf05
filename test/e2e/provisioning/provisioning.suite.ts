import { randomUUID } from 'node:crypto';
import { v1, v3, v5, v6, v7 } from 'uuid';
import { stateOf } from '../../support/database-state.js';
import type { Body, TestTenant } from '../../support/registry.js';
import { eventsOf, type StoredEvent } from './support.js';
import { useRegistry } from '../../support/use-registry.js';

const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;

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
const nullsFor = (body: Body): Body => Object.fromEntries(Object.keys(body).map((member) => [member, null]));
const refusalOf = ({ status, body }: { status: number; body: Body }) => [status, body['code']];

/** What PUT and DELETE have in common, wherever they are. */
interface Case {
  readonly what: string;
  readonly make: () => { path: string; id: string; organizationId: string };
  readonly body: Body;
  readonly shown: (id: string) => Body;
  readonly changed: Body;
  readonly actions: readonly [made: string, changed: string, removed: string];
  /** A removed member may come back; an id of the other two stays reserved. */
  readonly after: number;
}

const CASES: Case[] = [
  {
    what: 'organization',
    make: () => {
      const id = randomUUID();
      return { path: `/v1/organizations/${id}`, id, organizationId: id };
    },
    body: { name: 'Example Ltd', trusted_clients_allowed: true },
    shown: (id) => ({ id, name: 'Example Ltd', trusted_clients_allowed: true }),
    changed: { trusted_clients_allowed: false },
    actions: ['organization.created', 'organization.updated', 'organization.deleted'],
    after: 409,
  },
  {
    what: 'project',
    make: () => {
      const id = randomUUID();
      return { path: `${organization}/projects/${id}`, id, organizationId: tenant.organizationId };
    },
    body: { name: 'Shop' },
    shown: (id) => ({ id, organization_id: tenant.organizationId, name: 'Shop' }),
    changed: { name: 'Store' },
    actions: ['project.created', 'project.updated', 'project.deleted'],
    after: 409,
  },
  {
    what: 'member',
    make: () => {
      const id = randomUUID();
      return { path: `${organization}/members/${id}`, id, organizationId: tenant.organizationId };
    },
    body: { role: 'viewer' },
    shown: (subject) => ({ organization_id: tenant.organizationId, subject, role: 'viewer' }),
    changed: { role: 'admin' },
    actions: ['member.added', 'member.updated', 'member.removed'],
    after: 200,
  },
];

describe.each(CASES)('A $what', ({ make, body, shown, changed, actions, after }) => {
  let path: string;
  let id: string;
  let organizationId: string;
  const newEvents = async (work: () => Promise<unknown>): Promise<StoredEvent[]> => {
    const before = await eventsOf(registry.database, organizationId);
    await work();
    return (await eventsOf(registry.database, organizationId)).slice(before.length);
  };

  beforeEach(() => {
    ({ path, id, organizationId } = make());
  });

  it('an organization, project or member is made by PUT and shown as it is', async () => {
    const answer = await put(path, body);
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual({ ...shown(id), created: TIME, modified: TIME });
    expect(answer.body['modified']).toBe(answer.body['created']);
  });

  it('an organization, project or member is made once: a repeated PUT answers the same and records nothing', async () => {
    const first = await put(path, body);
    const before = await stateOf(registry.database);
    const second = await put(path, body);
    expect([second.status, second.text]).toEqual([200, first.text]);
    expect(await stateOf(registry.database)).toEqual(before);
  });

  it('an organization, project or member is changed by another PUT, and keeps what it is and when it was made', async () => {
    const { body: first } = await put(path, body);
    const { status, body: second } = await put(path, { ...body, ...changed });
    expect(status).toBe(200);
    expect(second).toEqual({ ...first, ...changed, modified: TIME });
  });

  it('an organization, project or member keeps what a PUT does not say or says as null, and nothing is recorded', async () => {
    const { text } = await put(path, body);
    const before = await stateOf(registry.database);
    for (const silent of [{}, nullsFor(body), { ...body, ...nullsFor(changed) }]) {
      const answer = await put(path, silent);
      expect([answer.status, answer.text]).toEqual([200, text]);
    }
    expect(await stateOf(registry.database)).toEqual(before);
  });

  it('an organization, project or member is changed in one field by a PUT that says nothing of the others', async () => {
    const { body: first } = await put(path, body);
    const { status, body: second } = await put(path, changed);
    expect(status).toBe(200);
    expect(second).toEqual({ ...first, ...changed, modified: TIME });
  });

  it('an organization, project or member is gone after DELETE, which may be repeated', async () => {
    await put(path, body);
    expect((await remove(path)).status).toBe(204);
    const before = await stateOf(registry.database);
    expect((await remove(path)).status).toBe(204);
    expect(await stateOf(registry.database)).toEqual(before);
  });

  it(`a PUT of a deleted organization, project or member answers ${after}`, async () => {
    await put(path, body);
    await remove(path);
    const answer = await put(path, body);
    expect([answer.status, answer.body['code']]).toEqual([after, after === 409 ? 'conflict' : undefined]);
  });

  it('each change of an organization, project or member has an event, with who, what and in which request', async () => {
    const headers = { 'x-request-id': `request-${id}` };
    const events = await newEvents(async () => {
      await registry.api.put(path, { token: platform, body, headers });
      await registry.api.put(path, { token: platform, body: { ...body, ...changed }, headers });
      await registry.api.delete(path, { token: platform, headers });
    });
    expect(events.map(({ action }) => action)).toEqual(actions);
    for (const { actor, request_id } of events) {
      expect(actor).toEqual({ issuer: registry.hydra.issuer, subject: 'platform', client_id: 'platform' });
      expect(request_id).toBe(`request-${id}`);
    }
    const [made, updated] = events;
    for (const [member, to] of Object.entries(body))
      expect(made?.changes[member]).toEqual({ from: null, to });
    for (const [member, to] of Object.entries(changed)) {
      expect(updated?.changes[member]).toEqual({ from: body[member], to });
    }
  });
});

describe('PUT', () => {
  it.each<[string, () => string, unknown, string[]]>([
    ['no name', () => `/v1/organizations/${randomUUID()}`, {}, ['/name required']],
    ['a null name', () => `/v1/organizations/${randomUUID()}`, { name: null }, ['/name required']],
    ['a blank name', () => `${organization}/projects/${randomUUID()}`, { name: ' ' }, ['/name too_short']],
    [
      'a long name',
      () => `${organization}/projects/${randomUUID()}`,
      { name: 'é'.repeat(129) },
      ['/name too_long'],
    ],
    [
      'a new project without a name',
      () => `${organization}/projects/${randomUUID()}`,
      {},
      ['/name required'],
    ],
    ['a name that is a number', () => organization, { name: 1 }, ['/name invalid_type']],
    [
      'a flag as text',
      () => organization,
      { name: 'A', trusted_clients_allowed: 'true' },
      ['/trusted_clients_allowed invalid_type'],
    ],
    ['an unknown member', () => organization, { name: 'A', owner: 'me' }, ['/owner unknown_member']],
    ['the id in the body', () => organization, { name: 'A', id: randomUUID() }, ['/id read_only']],
    [
      'another organization in the body',
      () => `${organization}/projects/${tenant.projectId}`,
      { name: 'A', organization_id: randomUUID() },
      ['/organization_id read_only'],
    ],
    ['no role', () => `${organization}/members/someone`, {}, ['/role required']],
    ['an unknown role', () => `${organization}/members/someone`, { role: 'owner' }, ['/role not_allowed']],
    [
      'a role in upper case',
      () => `${organization}/members/someone`,
      { role: 'ADMIN' },
      ['/role not_allowed'],
    ],
  ])('PUT refuses %s and changes nothing', async (_, path, body, errors) => {
    const before = await stateOf(registry.database);
    const answer = await put(path(), body);
    const found = (answer.body['errors'] as { pointer: string; code: string }[] | undefined) ?? [];
    expect([answer.status, ...found.map(({ pointer, code }) => `${pointer} ${code}`)]).toEqual([
      422,
      ...errors,
    ]);
    expect(await stateOf(registry.database)).toEqual(before);
  });

  const name = 'example.com';
  it.each([v1(), v3(name, v3.DNS), randomUUID(), v5(name, v5.DNS), v6(), v7(), v7().replace('-7', '-8')])(
    'PUT takes an id of any version: %s',
    async (id) => {
      expect((await put(`/v1/organizations/${id}`, { name: 'Example Ltd' })).body['id']).toBe(id);
      expect((await put(`${organization}/projects/${id}`, { name: 'Shop' })).body['id']).toBe(id);
    },
  );

  it.each([
    'no-id',
    randomUUID().toUpperCase(),
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
  ])('PUT finds no place for the id %s', async (id) => {
    expect((await put(`/v1/organizations/${id}`, { name: 'Example Ltd' })).status).toBe(404);
    expect((await put(`${organization}/projects/${id}`, { name: 'Shop' })).status).toBe(404);
  });
});

describe('A project id of another organization', () => {
  it('a project id of another organization is a conflict for PUT, and not found for DELETE, dead or alive', async () => {
    const foreign = `${organization}/projects/${other.projectId}`;
    const dead = randomUUID();
    await put(`/v1/organizations/${other.organizationId}/projects/${dead}`, { name: 'Gone' });
    await remove(`/v1/organizations/${other.organizationId}/projects/${dead}`);
    const before = await stateOf(registry.database);
    for (const path of [foreign, `${organization}/projects/${dead}`]) {
      expect(refusalOf(await put(path, { name: 'Mine' }))).toEqual([409, 'conflict']);
      expect(refusalOf(await remove(path))).toEqual([404, 'not_found']);
    }
    expect(await stateOf(registry.database)).toEqual(before);
  });
});

describe('Below an organization that does not exist or is deleted', () => {
  it.each(['unknown', 'deleted'])(
    'nothing is made or removed below an organization that is %s',
    async (which) => {
      const gone = await registry.tenant();
      const id = which === 'unknown' ? randomUUID() : gone.organizationId;
      if (which === 'deleted') await remove(`/v1/organizations/${id}`);
      const before = await stateOf(registry.database);
      for (const project of [randomUUID(), gone.projectId]) {
        const path = `/v1/organizations/${id}/projects/${project}`;
        expect((await put(path, { name: 'New' })).status).toBe(404);
        expect((await remove(path)).status).toBe(404);
      }
      for (const subject of ['someone', gone.people.admin]) {
        const path = `/v1/organizations/${id}/members/${subject}`;
        expect((await put(path, { role: 'admin' })).status).toBe(404);
        expect((await remove(path)).status).toBe(404);
      }
      expect(await stateOf(registry.database)).toEqual(before);
    },
  );

  it('a DELETE of a project or organization that never was answers 404', async () => {
    expect((await remove(`/v1/organizations/${randomUUID()}`)).status).toBe(404);
    expect((await remove(`${organization}/projects/${randomUUID()}`)).status).toBe(404);
  });
});
