import { randomUUID } from 'node:crypto';
import type { Body, TestTenant } from '../../support/registry.js';
import { expectProblem } from '../oauth-clients/support.js';
import { useRegistry } from '../../support/use-registry.js';

interface Listed {
  readonly data: Body[];
  readonly next_cursor: string | null;
}

const { registry } = useRegistry({
  ASSIGNABLE_SCOPES: 'openid,orders:*,oauth_clients:*',
  ASSIGNABLE_AUDIENCES: 'https://api.example.com,https://api.example.com/v1/*,orders',
});
let platform: string;
let tenant: TestTenant;
let organization: string;

beforeAll(async () => {
  platform = await registry.platform();
  tenant = await registry.tenant();
  organization = `/v1/organizations/${tenant.organizationId}`;
});

const put = (path: string, body: Body) => registry.api.put<Body>(path, { token: platform, body });
const get = (path: string, token = platform) => registry.api.get<Body>(path, { token });

async function listed(path: string, token = platform, limit = 100): Promise<Body[]> {
  const found: Body[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const from: string = cursor === '' ? '' : `&cursor=${cursor}`;
    const { status, body, text } = await registry.api.get<Listed>(`${path}?limit=${limit}${from}`, { token });
    if (status !== 200) throw new Error(text);
    expect(body.data.length).toBeLessThanOrEqual(limit);
    found.push(...body.data);
    cursor = body.next_cursor;
  }
  return found;
}

describe('What was provisioned is read back', () => {
  it.each<[string, () => string, Body, Body]>([
    [
      'an organization',
      () => `/v1/organizations/${randomUUID()}`,
      { name: 'One', trusted_clients_allowed: true },
      { name: 'Two' },
    ],
    ['a project', () => `${organization}/projects/${randomUUID()}`, { name: 'One' }, {}],
    ['a member', () => `${organization}/members/${randomUUID()}`, { role: 'viewer' }, { role: null }],
  ])('what was provisioned is read back as PUT answered: %s', async (_, make, made, changed) => {
    const path = make();
    expect((await get(path)).status).toBe(404);
    const created = await put(path, made);
    expect(created.body).toMatchObject(made);
    const { role: _role, ...first } = (await get(path)).body;
    expect(created.body).toMatchObject(first);
    const updated = await put(path, changed);
    const second = (await get(path)).body;
    expect(second).toMatchObject(updated.body);
    expect(updated.body).toMatchObject({
      ...made,
      ...Object.fromEntries(Object.entries(changed).filter(([, value]) => value !== null)),
    });
    await registry.api.delete(path, { token: platform });
    expect((await get(path)).status).toBe(404);
  });

  it('what was provisioned is read back by the members too, with their role', async () => {
    expect((await get(organization, tenant.viewer)).body).toEqual({
      ...(await get(organization)).body,
      role: 'viewer',
    });
    expect((await get(organization)).body).toMatchObject({ role: null, trusted_clients_allowed: false });
    const project = `${organization}/projects/${tenant.projectId}`;
    expect((await get(project, tenant.viewer)).body).toEqual((await get(project)).body);
    const member = `${organization}/members/${tenant.people.admin}`;
    expect((await get(member, tenant.viewer)).body).toEqual((await get(member)).body);
    expect((await get(member)).body).toMatchObject({ subject: tenant.people.admin, role: 'admin' });
  });

  it('what was provisioned is read in lists of all organizations, and of all projects of one, a few at a time', async () => {
    const other = await registry.tenant();
    const project = `/v1/organizations/${other.organizationId}/projects/${randomUUID()}`;
    await put(project, { name: 'Second' });
    const gone = await registry.tenant();
    await registry.api.delete(`/v1/organizations/${gone.organizationId}`, { token: platform });
    const { rows } = await registry.database.query<{ id: string }>(
      'select id from organizations where deleted_at is null order by id desc',
    );
    for (const limit of [1, 2, 100]) {
      const all = await listed('/v1/organizations', platform, limit);
      expect(all.map(({ id }) => id)).toEqual(rows.map(({ id }) => id));
    }
    const projects = await listed(`/v1/organizations/${other.organizationId}/projects`, platform, 1);
    expect(new Set(projects.map(({ name }) => name))).toEqual(new Set(['Second', 'Shop']));
  });
});

describe('The list of members', () => {
  let own: TestTenant;
  let members: string;
  const SUBJECTS = ['a', 'B', 'a/b', 'Ω 🦊', 'someone@example.com', '%', 'x'.repeat(255), '🦊'.repeat(255)];

  beforeAll(async () => {
    own = await registry.tenant();
    members = `/v1/organizations/${own.organizationId}/members`;
    for (const subject of SUBJECTS)
      await put(`${members}/${encodeURIComponent(subject)}`, { role: 'developer' });
  });

  it.each([1, 2, 3, 100])('the list of members has everybody once, %i at a time', async (limit) => {
    const found = await listed(members, own.viewer, limit);
    const expected = [...SUBJECTS, ...Object.values(own.people)];
    expect(found.map(({ subject }) => String(subject)).toSorted()).toEqual(expected.toSorted());
    expect(found).toEqual(await listed(members));
  });

  it('the list of members gives those that stay once while others come and go between the pages', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const from: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const { body } = await registry.api.get<Listed>(`${members}?limit=2${from}`, { token: own.viewer });
      const page = body.data.map(({ subject }) => String(subject));
      seen.push(...page);
      cursor = body.next_cursor;
      const last = page.at(-1) ?? '';
      if (SUBJECTS.includes(last))
        await registry.api.delete(`${members}/${encodeURIComponent(last)}`, { token: platform });
      await put(`${members}/${encodeURIComponent(`~${seen.length}`)}`, { role: 'viewer' });
      if (seen.length > 50) throw new Error('the list does not end');
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toEqual(expect.arrayContaining([...SUBJECTS, ...Object.values(own.people)]));
  });

  it('the list of members refuses a cursor of another organization, and a limit out of bounds', async () => {
    const { body } = await registry.api.get<Listed>(`${organization}/members?limit=1`, { token: platform });
    const strange = await get(`${members}?cursor=${body.next_cursor}`);
    expectProblem(strange, 400, 'bad_request', ['/cursor invalid_cursor']);
    for (const limit of ['0', '101'])
      expectProblem(await get(`${members}?limit=${limit}`), 400, 'bad_request', ['/limit out_of_range']);
  });

  it('a member that there is not is answered 404, and a subject that nobody can have 400', async () => {
    expectProblem(await get(`${members}/nobody`), 404, 'not_found');
    const answer = await get(`${members}/${'x'.repeat(256)}`);
    expectProblem(answer, 400, 'bad_request', ['/subject too_long']);
  });
});

describe('A token of the wrong kind', () => {
  const unsaid = ({ request_id: _id, ...body }: Body): Body => body;

  it('a token of the platform is told for whom the calls of a project are, and not whether the project is there', async () => {
    const { id } = await tenant.createClient();
    const here = `${organization}/projects/${tenant.projectId}`;
    const nowhere = `${organization}/projects/${randomUUID()}`;
    const elsewhere = `/v1/organizations/${randomUUID()}/projects/${tenant.projectId}`;
    const paths = [here, nowhere, elsewhere].flatMap((project) => [
      `${project}/oauth-clients`,
      `${project}/oauth-clients/${id}`,
      `${project}/audit-events`,
      `${project}/assignable-scopes`,
    ]);
    const answers = await Promise.all(paths.map((path) => get(path)));
    expectProblem(answers[0] ?? (await get(here)), 404, 'not_found');
    expect(answers[0]?.body['detail']).toMatch(/members, and of machines of the project/);
    expect(answers.map(({ body }) => unsaid(body))).toEqual(
      answers.map(() => unsaid(answers[0]?.body ?? {})),
    );
  });

  it('a token of a stranger, or of a tenant machine that has the scope of the platform, is told nothing', async () => {
    const machine = await tenant.createClient({ grant_types: ['client_credentials'], redirect_uris: null });
    const tokens = [
      await registry.person(randomUUID()),
      await registry.machine(machine.client_id, ['registry:admin']),
    ];
    for (const token of tokens) {
      const { body } = await get((await registry.tenant()).clients, token);
      expect(body['detail']).toBe(
        'There is nothing here, or the token may not see it: check the ids in the path, and whose token it is.',
      );
    }
  });

  it('a token of a member is told that provisioning needs one of the platform', async () => {
    const answer = await registry.api.put<Body>(organization, {
      token: tenant.admin,
      body: { name: 'Mine' },
    });
    expectProblem(answer, 403, 'forbidden');
    expect(answer.body['detail']).toMatch(/a machine token that has the scope registry:admin/);
  });
});

describe('What may be assigned', () => {
  const project = () => `${organization}/projects/${tenant.projectId}`;

  it('assignable scopes are told by names and patterns, with those that make a client privileged', async () => {
    expect((await get(`${project()}/assignable-scopes`, tenant.viewer)).body).toEqual({
      data: [
        { value: 'openid', kind: 'name', privileged: false },
        { value: 'orders:*', kind: 'pattern', privileged: false },
        { value: 'oauth_clients:read', kind: 'name', privileged: true },
        { value: 'oauth_clients:write', kind: 'name', privileged: true },
      ],
    });
  });

  it('assignable audiences are told, but for those that the authorization server does not know', async () => {
    expect((await get(`${project()}/assignable-audiences`, tenant.viewer)).body).toEqual({
      data: [
        { value: 'https://api.example.com', kind: 'name' },
        { value: 'https://api.example.com/v1/*', kind: 'pattern' },
      ],
    });
  });
});
