import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { AuditEventDto, AuditEventPageDto } from '../../../src/audit/reading/audit-event.dto.js';
import type { AuditChanges } from '../../../src/audit/audit-event.entity.js';
import { Erasure } from '../../../src/oauth-clients/writes/erasure.js';
import { MEMBERS } from '../../../src/oauth-clients/model/members.js';
import type { TestTenant } from '../../support/registry.js';
import { ClientCalls, expectProblem, MACHINE, WEB } from './support.js';
import { useRegistry } from '../../support/use-registry.js';

type Query = Readonly<Record<string, string>>;

const { registry, tenant, calls } = useRegistry({}, { tenant: { trusted_clients_allowed: true } });

const organizationOf = ({ organizationId }: TestTenant): string => `/v1/organizations/${organizationId}`;
const projectOf = (of: TestTenant): string => `${organizationOf(of)}/projects/${of.projectId}`;

const read = (path: string, token: string, query: Query = {}) =>
  registry.api.get<AuditEventPageDto>(`${path}/audit-events?${new URLSearchParams(query).toString()}`, {
    token,
  });

async function eventsAt(path: string, token: string, query: Query = {}): Promise<AuditEventDto[]> {
  const events: AuditEventDto[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const answer = await read(path, token, { limit: '100', ...query, ...(cursor !== '' && { cursor }) });
    if (answer.status !== 200) throw new Error(answer.text);
    events.push(...answer.body.data);
    cursor = answer.body.next_cursor;
  }
  return events;
}

const actionsOf = (events: readonly AuditEventDto[]): string[] => events.map(({ action }) => action);

describe('The history of a client', () => {
  it('the history of a client tells newest first what changed, from what to what, by whom and in which call', async () => {
    const { body: client } = await calls.create(MACHINE);
    const updated = await calls.update(client.id, { name: 'New', scopes: ['orders:read'] });
    const answer = await read(tenant.client(client.id), tenant.viewer);
    expect(answer.headers.get('cache-control')).toBe('private, no-cache');
    expect(answer.body.next_cursor).toBeNull();
    expect(actionsOf(answer.body.data)).toEqual(['oauth_client.updated', 'oauth_client.created']);
    expect(answer.body.data[0]).toEqual({
      id: expect.any(String) as string,
      created: updated.body.modified,
      action: 'oauth_client.updated',
      actor: {
        kind: 'person',
        subject: tenant.people.admin,
        client_id: 'dashboard',
        issuer: registry.hydra.issuer,
      },
      organization_id: tenant.organizationId,
      project_id: tenant.projectId,
      oauth_client_id: client.id,
      secret_id: null,
      revision: 2,
      changes: {
        name: { from: 'Machine', to: 'New' },
        scopes: { added: ['orders:read'], removed: [] },
      },
      request_id: updated.headers.get('x-request-id'),
    });
  });

  it('the history of a client names the kinds of actors', async () => {
    const { id } = (await calls.create(WEB)).body;
    const machine = await tenant.createClient({
      ...MACHINE,
      redirect_uris: null,
      scopes: ['oauth_clients:write'],
    });
    const tokens = [
      await registry.kratos.kratosSession({ sub: tenant.people.admin }),
      await registry.machine(machine.client_id),
    ];
    for (const token of tokens)
      await new ClientCalls(registry, tenant, token).update(id, { name: token.slice(-9) });
    await registry.database.query(
      `insert into audit_events (id, organization_id, project_id, oauth_client_id, actor, action, changes, request_id, revision)
       values (gen_random_uuid(), $1, $2, $3, $4, 'oauth_client.secret_expired', '{}', 'clock', 4)`,
      [
        tenant.organizationId,
        tenant.projectId,
        id,
        { issuer: 'urn:oauth-client-registry:clock', subject: 'secret-expiry', client_id: null },
      ],
    );
    const events = await eventsAt(tenant.client(id), tenant.viewer);
    expect(events.map(({ actor }) => actor.kind)).toEqual(['system', 'machine', 'person', 'person']);
  });

  /** What the events say that the members are, lists as sets. */
  function replayed(events: readonly AuditEventDto[]): Record<string, unknown> {
    const state: Record<string, unknown> = {};
    const ofClient = events.filter(({ action }) => !action.startsWith('oauth_client.secret_'));
    for (const { changes } of ofClient.toSorted((a, b) => Number(a.revision) - Number(b.revision)))
      for (const [member, change] of Object.entries(changes)) {
        if ('to' in change) state[member] = change.to;
        if ('added' in change) {
          const before = (state[member] ?? []) as unknown[];
          state[member] = [...before.filter((item) => !change.removed.includes(item)), ...change.added];
        }
      }
    return state;
  }

  const isList = (value: unknown): value is string[] => Array.isArray(value);
  const asSets = (members: Record<string, unknown>) =>
    Object.fromEntries(
      [...MEMBERS.keys()].map((member) => {
        const value = members[member] ?? null;
        return [member, isList(value) ? value.toSorted((a, b) => (a < b ? -1 : 1)) : value];
      }),
    );

  const uris = ['https://a.example/', 'https://b.example/', 'http://localhost:1/'];
  const patch = fc.record(
    {
      name: fc.constantFrom('One', 'Two', 'Three'),
      description: fc.constantFrom('', 'Text', 'Other'),
      redirect_uris: fc.shuffledSubarray(uris, { minLength: 1 }),
      scopes: fc.shuffledSubarray(['a', 'b', 'c']),
      contacts: fc.shuffledSubarray(['a@example.com', 'b@example.com']),
      enabled: fc.boolean(),
      trusted: fc.boolean(),
      token_endpoint_auth_method: fc.constantFrom('client_secret_basic', 'client_secret_post', 'none'),
      pkce_required: fc.boolean(),
      client_uri: fc.constantFrom('', 'https://a.example'),
      access_token_lifetime: fc.constantFrom(0, 60, 900),
    },
    { requiredKeys: [] },
  );
  const step = fc.oneof(
    { weight: 6, arbitrary: patch },
    { weight: 1, arbitrary: fc.constantFrom('rotate', 'rename secret') },
  );

  it('the history of a client gives its present members when it is replayed, whatever happened', async () => {
    await fc.assert(
      fc.asyncProperty(patch, fc.array(step, { maxLength: 8 }), async (first, steps) => {
        const body = { ...WEB, ...first, ...(first.pkce_required === false && { pkce_required: null }) };
        const { id } = (await calls.create(body)).body;
        for (const what of steps) {
          if (typeof what === 'object') await calls.update(id, what);
          if (what === 'rotate') await calls.rotate(id);
          if (what === 'rename secret') await renameSecret(id);
        }
        const events = await eventsAt(tenant.client(id), tenant.viewer);
        const { body: present } = await calls.get(id);
        // An empty list of a new client is no change, as nothing is.
        const empty = Object.fromEntries(
          Object.entries(present).flatMap(([member, value]) => (isList(value) ? [[member, []]] : [])),
        );
        expect(asSets({ ...empty, ...replayed(events) })).toEqual(
          // A class has no index signature.
          asSets(present as unknown as Record<string, unknown>),
        );
      }),
      { seed: 19, numRuns: 40 },
    );
  });

  async function renameSecret(id: string): Promise<void> {
    const path = `${tenant.client(id)}/secrets`;
    const { body } = await registry.api.get<{ data: { id: string }[] }>(path, { token: tenant.admin });
    const [secret] = body.data;
    if (!secret) return;
    await registry.api.patch(`${path}/${secret.id}`, { token: tenant.admin, body: { name: randomUUID() } });
  }

  it('the history of an erased client no longer tells what it was, and still who did what', async () => {
    const { body: client } = await calls.create({ ...WEB, contacts: ['ada@example.com'], enabled: false });
    await calls.update(client.id, { name: 'Private', enabled: true });
    await renameSecret(client.id);
    await calls.delete(client.id);
    await registry.database.query(
      `update oauth_clients set synced_at = now() - interval '31 days' where id = $1`,
      [client.id],
    );
    const before = await eventsAt(projectOf(tenant), tenant.viewer, { oauth_client_id: client.id });
    await registry.app.nest.get(Erasure).run();
    const after = await eventsAt(projectOf(tenant), tenant.viewer, { oauth_client_id: client.id });
    const erased = { erased: true };
    expect(after.map(({ changes }) => changes)).toEqual([
      {},
      { name: erased },
      { name: erased, enabled: { from: false, to: true } },
      {
        ...before.at(-1)?.changes,
        name: erased,
        redirect_uris: erased,
        contacts: erased,
      },
    ]);
    const rest = (events: readonly AuditEventDto[]) => events.map((event) => ({ ...event, changes: null }));
    expect(rest(after)).toEqual(rest(before));
    expect(JSON.stringify(after)).not.toMatch(/ada@|Private|shop\.example/);
  });

  it.each<[string, AuditChanges]>([
    ['a value that was not there', { name: { from: null, to: 'Forged' } }],
    ['a member less', {}],
    ['a member more', { name: { erased: true }, forged: { erased: true } }],
  ])('the history of a client cannot be given %s, even once its client is erased', async (_, changes) => {
    const { body: client } = await calls.create({ ...MACHINE, name: 'Gone' });
    await calls.update(client.id, { name: 'Going' });
    await registry.database.query('update oauth_clients set erased_at = now() where id = $1', [client.id]);
    const forge = registry.database.query(
      `update audit_events set changes = $2 where oauth_client_id = $1 and revision = 2`,
      [client.id, changes],
    );
    await expect(forge).rejects.toThrow('append-only');
  });
});

describe('The history of a project', () => {
  it('the history of a project has what happened to it and to all its clients, deleted ones too', async () => {
    const own = await registry.tenant();
    const mine = new ClientCalls(registry, own, own.admin);
    const first = (await mine.create(MACHINE)).body;
    const second = (await mine.create(MACHINE)).body;
    await mine.delete(first.id);
    const events = await eventsAt(projectOf(own), own.viewer);
    expect(events.map(({ action, oauth_client_id }) => [action, oauth_client_id])).toEqual([
      ['oauth_client.deleted', first.id],
      ['oauth_client.created', second.id],
      ['oauth_client.created', first.id],
      ['project.created', null],
    ]);
    expect((await read(own.client(first.id), own.admin)).status).toBe(404);
    const ofDeleted = await eventsAt(projectOf(own), own.viewer, { oauth_client_id: first.id });
    expect(actionsOf(ofDeleted)).toEqual(['oauth_client.deleted', 'oauth_client.created']);
  });

  it('the history of a project is the same for a machine of the project', async () => {
    const machine = await tenant.createClient({
      ...MACHINE,
      redirect_uris: null,
      scopes: ['oauth_clients:read'],
    });
    const token = await registry.machine(machine.client_id);
    const query = { limit: '5' };
    const [byMachine, byViewer] = [
      await read(projectOf(tenant), token, query),
      await read(projectOf(tenant), tenant.viewer, query),
    ];
    expect([byMachine.status, byMachine.body]).toEqual([200, byViewer.body]);
  });

  it('the history of a project has nothing of other projects, also by the id of a client of theirs', async () => {
    const other = await registry.tenant();
    const theirs = await other.createClient();
    for (const token of [tenant.admin, tenant.viewer]) {
      const query = { oauth_client_id: theirs.id };
      expect(await eventsAt(projectOf(tenant), token, query)).toEqual([]);
    }
    expect(await eventsAt(organizationOf(tenant), tenant.admin, { oauth_client_id: theirs.id })).toEqual([]);
    expect(await eventsAt(projectOf(tenant), tenant.viewer, { oauth_client_id: 'nobody' })).toEqual([]);
  });
});

describe('The history of an organization', () => {
  let own: TestTenant;
  let clientId: string;

  beforeAll(async () => {
    own = await registry.tenant();
    clientId = (await own.createClient()).id;
    const token = await registry.platform();
    const member = `${organizationOf(own)}/members/${own.people.viewer}`;
    await registry.api.put(organizationOf(own), { token, body: { trusted_clients_allowed: true } });
    await registry.api.put(member, { token, body: { role: 'developer' } });
    await registry.api.delete(member, { token });
  });

  const OF_TENANTS = [
    'member.removed',
    'member.updated',
    'organization.updated',
    'member.added',
    'member.added',
    'member.added',
    'project.created',
    'organization.created',
  ];

  it('the history of an organization tells its admin of members, permissions, projects and clients', async () => {
    const events = await eventsAt(organizationOf(own), own.admin);
    expect(actionsOf(events)).toEqual([
      ...OF_TENANTS.slice(0, 3),
      'oauth_client.created',
      ...OF_TENANTS.slice(3),
    ]);
    expect(events[2]).toMatchObject({ changes: { trusted_clients_allowed: { from: false, to: true } } });
    expect(events[0]).toMatchObject({ changes: { subject: { from: own.people.viewer, to: null } } });
  });

  it('the history of an organization shows the platform all but what happened to clients, whatever it asks for', async () => {
    const token = await registry.platform();
    expect(actionsOf(await eventsAt(organizationOf(own), token))).toEqual(OF_TENANTS);
    const queries: Query[] = [
      { oauth_client_id: clientId },
      { action: 'oauth_client.created' },
      { actor: own.people.admin },
    ];
    for (const query of queries) expect(await eventsAt(organizationOf(own), token, query)).toEqual([]);
  });
});

describe('Filters of histories', () => {
  let all: AuditEventDto[];
  beforeAll(async () => {
    const { id } = (await calls.create(WEB)).body;
    await new ClientCalls(registry, tenant, tenant.developer).update(id, { name: 'By another' });
    all = await eventsAt(organizationOf(tenant), tenant.admin);
  });

  const expectFound = async (query: Query, holds: (event: AuditEventDto) => boolean): Promise<void> => {
    const expected = all.filter(holds);
    expect(expected.length).toBeGreaterThan(0);
    expect(expected.length).toBeLessThan(all.length);
    expect(await eventsAt(organizationOf(tenant), tenant.admin, query)).toEqual(expected);
    expect(await eventsAt(organizationOf(tenant), tenant.admin, { ...query, limit: '2' })).toEqual(expected);
  };

  it('a filter of a history by action finds what happened', () =>
    expectFound({ action: 'oauth_client.updated' }, ({ action }) => action === 'oauth_client.updated'));

  it('a filter of a history by actor finds what somebody did', () =>
    expectFound(
      { actor: tenant.people.developer },
      ({ actor }) => actor.subject === tenant.people.developer,
    ));

  it('a filter of a history by client finds what happened to it', () => {
    const id = String(all[0]?.oauth_client_id);
    return expectFound({ oauth_client_id: id }, ({ oauth_client_id }) => oauth_client_id === id);
  });

  it('a filter of a history by time finds what happened from its beginning on, and before its end', async () => {
    const [until = '', since = ''] = [all[2]?.created, all.at(-3)?.created];
    await expectFound({ since }, ({ created }) => created >= since);
    await expectFound({ until }, ({ created }) => created < until);
    await expectFound({ since, until }, ({ created }) => created >= since && created < until);
    expect(await eventsAt(organizationOf(tenant), tenant.admin, { since: until, until })).toEqual([]);
  });

  it('several filters of a history find what all of them hold for', () =>
    expectFound(
      { action: 'oauth_client.created', actor: tenant.people.admin },
      ({ action, actor }) => action === 'oauth_client.created' && actor.subject === tenant.people.admin,
    ));

  it('a filter finds the one event in a very long history, with bounded work for each page', async () => {
    const own = await registry.tenant();
    await registry.database.query(
      `insert into audit_events (id, organization_id, project_id, actor, action, changes, request_id, created)
       select gen_random_uuid(), $1, $2, '{"issuer": "i", "subject": "crowd", "client_id": null}', 'project.updated', '{}', 'r',
         now() - n * interval '1 s' from generate_series(1, 12000) as n`,
      [own.organizationId, own.projectId],
    );
    const query = { action: 'project.created' };
    const first = await read(projectOf(own), own.viewer, query);
    expect([first.body.data.length, first.body.next_cursor]).toEqual([1, expect.any(String)]);
    expect(await eventsAt(projectOf(own), own.viewer, { actor: 'nobody' })).toEqual([]);
    expect(await eventsAt(projectOf(own), own.viewer, query)).toHaveLength(1);
    expect(await eventsAt(projectOf(own), own.viewer, { actor: 'crowd' })).toHaveLength(12_000);
  });

  it.each<[Query, string]>([
    [{ action: 'oauth_client.read' }, '/action not_allowed'],
    [{ action: '' }, '/action not_allowed'],
    [{ order: 'newest' }, '/order not_allowed'],
    [{ actor: '' }, '/actor too_short'],
    [{ actor: 'a'.repeat(256) }, '/actor too_long'],
    [{ since: 'yesterday' }, '/since invalid_type'],
    [{ until: '2026-11-23' }, '/until invalid_type'],
    [{ since: '2026-11-24T00:00:00Z', until: '2026-11-23T00:00:00Z' }, '/since out_of_range'],
    [{ limit: '0' }, '/limit out_of_range'],
    [{ limit: '101' }, '/limit out_of_range'],
    [{ cursor: 'nonsense' }, '/cursor invalid_cursor'],
    [{ oauth_client_id: 'a'.repeat(37) }, '/oauth_client_id too_long'],
    [{ client_id: 'x' }, '/client_id unknown_member'],
  ])('a wrong filter of a history is refused with 400, by name: %j', async (query, violation) => {
    for (const path of [projectOf(tenant), organizationOf(tenant)])
      expectProblem(await read(path, tenant.admin, query), 400, 'bad_request', [violation]);
  });

  it.each<Query>([
    { since: '0000-01-01T00:00:00Z' },
    { until: '9999-12-31T23:59:59.999999999-23:59' },
    { since: '9999-12-31T23:59:59-23:59', order: 'asc' },
    { until: '0000-01-01T00:00:00+23:59', order: 'asc' },
  ])('a filter of a history takes the first and the last moments that there are: %j', async (query) => {
    expect((await read(projectOf(tenant), tenant.viewer, query)).status).toBe(200);
  });

  it('a history refuses a cursor of another history, filter or order', async () => {
    const other = await registry.tenant();
    await other.createClient();
    const cursorOf = async (path: string, token: string, query: Query = {}): Promise<string> =>
      (await read(path, token, { limit: '1', ...query })).body.next_cursor ?? '';
    const mine = await cursorOf(projectOf(tenant), tenant.admin);
    const cursors: [string, string, Query?][] = [
      [projectOf(tenant), await cursorOf(projectOf(other), other.admin)],
      [projectOf(tenant), await cursorOf(organizationOf(tenant), tenant.admin)],
      [organizationOf(tenant), mine],
      [projectOf(tenant), mine, { action: 'oauth_client.created' }],
      [projectOf(tenant), mine, { order: 'asc' }],
    ];
    for (const [path, cursor, query] of cursors) {
      const answer = await read(path, tenant.admin, { ...query, cursor });
      expectProblem(answer, 400, 'bad_request', ['/cursor invalid_cursor']);
    }
  });
});
