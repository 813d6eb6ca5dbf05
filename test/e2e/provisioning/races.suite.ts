import { randomUUID } from 'node:crypto';
import { WEB_CLIENT, type Body, type TestTenant } from '../../support/registry.js';
import { untilWaiting } from '../../support/until-waiting.js';
import { useRegistry } from '../../support/use-registry.js';

const ROUNDS = 20;

const { registry } = useRegistry();
let platform: string;
let tenant: TestTenant;

beforeAll(async () => {
  platform = await registry.platform();
  tenant = await registry.tenant();
});

const pathOf = ({ organizationId }: TestTenant): string => `/v1/organizations/${organizationId}`;

const makeProject = async (organization: string): Promise<string> => {
  const path = `${organization}/projects/${randomUUID()}`;
  await registry.api.put(path, { token: platform, body: { name: 'Short-lived' } });
  return path;
};

const makeClient = (project: string, token = tenant.admin) =>
  registry.api.post<{ id: string }>(`${project}/oauth-clients`, { token, body: WEB_CLIENT });

const countOf = async (query: string, ...values: unknown[]): Promise<number> => {
  const { rows } = await registry.database.query<{ count: number }>(`select count(*)::int ${query}`, values);
  return rows[0]?.count ?? -1;
};

const LIVE_ORPHANS = `
  from oauth_clients c join projects p on p.id = c.project_id join organizations o on o.id = c.organization_id
  where c.deleted_at is null and (p.deleted_at is not null or o.deleted_at is not null)`;

const SECRETS_OF_THE_DELETED = `
  from oauth_client_secrets s join oauth_clients c on c.id = s.oauth_client_id
  where c.deleted_at is not null and s.revoked_at is null`;

const EVENTLESS_REVISIONS = `
  from oauth_clients c
  where c.revision <> (select count(*) from audit_events e where e.oauth_client_id = c.id)`;

async function expectNoOrphans(): Promise<void> {
  expect(await countOf(LIVE_ORPHANS)).toBe(0);
  expect(await countOf(SECRETS_OF_THE_DELETED)).toBe(0);
  expect(await countOf(EVENTLESS_REVISIONS)).toBe(0);
}

describe('While a project is being deleted', () => {
  it('while a project is being deleted, clients are created before and deleted with it, or answered 404', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const project = await makeProject(pathOf(tenant));
      const creations = Array.from({ length: 6 }, () => makeClient(project));
      const deletion = registry.api.delete(project, { token: platform });
      const later = Array.from({ length: 4 }, () => makeClient(project));
      const statuses = (await Promise.all([...creations, ...later])).map(({ status }) => status);
      expect(statuses.filter((status) => status !== 201 && status !== 404)).toEqual([]);
      expect((await deletion).status).toBe(204);
    }
    await expectNoOrphans();
  });

  it('while a project is being deleted, its clients are changed, rotated and deleted before, or answered 404', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const project = await makeProject(pathOf(tenant));
      const { body } = await makeClient(project);
      const client = `${project}/oauth-clients/${body.id}`;
      const token = tenant.admin;
      const [deletion, ...others] = await Promise.all([
        registry.api.delete(project, { token: platform }),
        registry.api.patch(client, { token, body: { name: 'One' } }),
        registry.api.post(`${client}/secrets`, { token }),
        registry.api.patch(client, { token, body: { enabled: false } }),
        registry.api.delete(client, { token }),
      ]);
      expect(deletion.status).toBe(204);
      expect(others.map(({ status }) => status).filter((status) => status > 204 && status !== 404)).toEqual(
        [],
      );
    }
    await expectNoOrphans();
  });
});

describe('A project that is deleted while one of its clients gets a secret', () => {
  it('the deletion of a project ends the secret that a client gets meanwhile', async () => {
    const project = await makeProject(pathOf(tenant));
    const { body } = await makeClient(project);
    const writer = await registry.database.connect();
    await writer.query('begin');
    await writer.query('select from oauth_clients where id = $1 for no key update', [body.id]);
    const deletion = registry.api.delete(project, { token: platform });
    await untilWaiting(registry.database);
    await writer.query(
      `insert into oauth_client_secrets (id, oauth_client_id, hash, last_four, created, created_by)
       select gen_random_uuid(), oauth_client_id, hash, last_four, now(), created_by
       from oauth_client_secrets where oauth_client_id = $1`,
      [body.id],
    );
    await writer.query('commit');
    writer.release();
    expect((await deletion).status).toBe(204);
    await expectNoOrphans();
  });
});

describe('While an organization is being deleted', () => {
  it('nothing new stays alive in an organization that is being deleted', async () => {
    for (let round = 0; round < ROUNDS / 2; round++) {
      const doomed = await registry.tenant();
      const organization = pathOf(doomed);
      const project = `${organization}/projects/${doomed.projectId}`;
      const answers = await Promise.all([
        makeClient(project, doomed.admin),
        makeClient(project, doomed.admin),
        registry.api.put(`${organization}/projects/${randomUUID()}`, {
          token: platform,
          body: { name: 'New' },
        }),
        registry.api.put(`${organization}/members/someone`, { token: platform, body: { role: 'viewer' } }),
        registry.api.delete(organization, { token: platform }),
        makeClient(project, doomed.admin),
        registry.api.put(`${organization}/projects/${randomUUID()}`, {
          token: platform,
          body: { name: 'New' },
        }),
      ]);
      const statuses = answers.map(({ status }) => status);
      expect(statuses.filter((status) => ![200, 201, 204, 404].includes(status))).toEqual([]);
    }
    await expectNoOrphans();
    const live = `from projects p join organizations o on o.id = p.organization_id
                  where p.deleted_at is null and o.deleted_at is not null`;
    expect(await countOf(live)).toBe(0);
  });
});

describe('When two calls make the same at once', () => {
  const put = (path: string, body: object) => registry.api.put<Body>(path, { token: platform, body });

  it('of two organizations that make the same project at once, one has it and the other is told 409', async () => {
    const other = await registry.tenant();
    for (let round = 0; round < ROUNDS; round++) {
      const id = randomUUID();
      const answers = await Promise.all(
        [tenant, other, tenant, other].map((one) => put(`${pathOf(one)}/projects/${id}`, { name: 'Shop' })),
      );
      const statuses = answers.map(({ status }) => status);
      expect([
        [200, 409, 200, 409],
        [409, 200, 409, 200],
      ]).toContainEqual(statuses);
      const { rows } = await registry.database.query<{ organization_id: string }>(
        'select organization_id from projects where id = $1',
        [id],
      );
      const [owner] = answers.filter(({ status }) => status === 200);
      expect(rows).toEqual([{ organization_id: owner?.body['organization_id'] }]);
    }
  });

  it.each<[string, (id: string) => [path: string, body: object], string]>([
    ['organization', (id) => [`/v1/organizations/${id}`, { name: 'New' }], 'organization.created'],
    ['project', (id) => [`${pathOf(tenant)}/projects/${id}`, { name: 'New' }], 'project.created'],
    ['member', (id) => [`${pathOf(tenant)}/members/${id}`, { role: 'viewer' }], 'member.added'],
  ])('the %s that several calls make at once is made once, with one event', async (_, make, action) => {
    for (let round = 0; round < ROUNDS / 2; round++) {
      const id = randomUUID();
      const answers = await Promise.all(Array.from({ length: 4 }, () => put(...make(id))));
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
      expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
      const events = `from audit_events where action = $1 and $2 in
        (organization_id::text, project_id::text, changes #>> '{subject,from}', changes #>> '{subject,to}')`;
      expect(await countOf(events, action, id)).toBe(1);
    }
  });
});
