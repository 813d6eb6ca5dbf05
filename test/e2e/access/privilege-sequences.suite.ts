import fc from 'fast-check';
import { MACHINE_CLIENT, WEB_CLIENT, type Body } from '../../support/registry.js';
import { makeWorld, clientIn } from './callers.js';
import { MACHINE_WITH_RIGHTS } from './operations.js';
import { useRegistry } from '../../support/use-registry.js';

/** What no tenant role may hand out, among what it may. */
const SCOPES = [
  'orders:read',
  'registry:admin',
  'oauth_clients:read',
  'oauth_clients:write',
  'oauth_clients:any',
];

const settings: fc.Arbitrary<Body> = fc.record(
  {
    name: fc.constantFrom('One', 'Two'),
    scopes: fc.subarray(SCOPES),
    trusted: fc.boolean(),
    enabled: fc.boolean(),
    redirect_uris: fc.constantFrom(['https://shop.example.com/callback'], ['https://attacker.example.com/']),
    token_endpoint_auth_method: fc.constantFrom('none', 'client_secret_basic', 'client_secret_post'),
  },
  { requiredKeys: [] },
);

/** One call: who, on which project, with which of the clients that exist by then, to do what. */
const call = fc.record({
  caller: fc.constantFrom('developer', 'session', 'throughClient', 'machine'),
  project: fc.constantFrom('own', 'own', 'own', 'second', 'foreign', 'mixed'),
  target: fc.nat(),
  what: fc.constantFrom('create', 'create', 'update', 'update', 'update', 'rotate', 'delete', 'provision'),
  settings,
  machine: fc.boolean(),
});
type Call = typeof call extends fc.Arbitrary<infer T> ? T : never;

/** Calls of one step are made at the same time. */
const sequence = fc.array(fc.array(call, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 });

const { registry, tenant } = useRegistry({}, { tenant: { trusted_clients_allowed: true } });
let tokens: Record<string, string>;
let projects: Record<string, string>;
let targets: string[];

beforeAll(async () => {
  const world = { ...(await makeWorld(registry)), tenant };
  const machine = await tenant.createClient(MACHINE_WITH_RIGHTS);
  const web = await tenant.createClient({ scopes: MACHINE_WITH_RIGHTS.scopes });
  const { developer } = tenant.people;
  tokens = {
    developer: tenant.developer,
    session: await registry.kratos.kratosSession({ sub: developer }),
    throughClient: await registry.person(developer, undefined, web.client_id),
    machine: await registry.machine(machine.client_id),
  };
  const second = await makeProject(tenant.organizationId);
  const { organizationId, projectId } = world.otherTenant;
  projects = {
    own: `/v1/organizations/${tenant.organizationId}/projects/${tenant.projectId}`,
    second: `/v1/organizations/${tenant.organizationId}/projects/${second}`,
    foreign: `/v1/organizations/${organizationId}/projects/${projectId}`,
    mixed: `/v1/organizations/${tenant.organizationId}/projects/${projectId}`,
  };
  targets = [
    machine.id,
    web.id,
    (await tenant.createClient({ trusted: true })).id,
    (await tenant.createClient({ scopes: ['oauth_clients:read'] })).id,
    (await clientIn(world, second, MACHINE_WITH_RIGHTS)).id,
    (await world.otherTenant.createClient()).id,
  ];
});

async function makeProject(organizationId: string): Promise<string> {
  const id = crypto.randomUUID();
  const path = `/v1/organizations/${organizationId}/projects/${id}`;
  await registry.api.put(path, { token: await registry.platform(), body: { name: 'Second' } });
  return id;
}

async function make({ caller, project, target, what, settings: sent, machine }: Call): Promise<number> {
  const token = tokens[caller];
  const root = projects[project] ?? '';
  const client = `${root}/oauth-clients/${targets[target % targets.length]}`;
  switch (what) {
    case 'create': {
      const body = { ...(machine ? MACHINE_CLIENT : WEB_CLIENT), ...sent };
      const answer = await registry.api.post<{ id: string }>(`${root}/oauth-clients`, { token, body });
      if (answer.status === 201) targets.push(answer.body.id);
      return answer.status;
    }
    case 'update':
      return (await registry.api.patch(client, { token, body: sent })).status;
    case 'rotate':
      return (await registry.api.post(`${client}/secrets`, { token })).status;
    case 'delete':
      return (await registry.api.delete(client, { token })).status;
    case 'provision':
      return (await registry.api.put(root, { token, body: { name: 'Taken over' } })).status;
  }
}

/** All that these callers must leave as it is: privileged clients with their secrets, other projects, and who may do what. */
async function untouchable(): Promise<unknown> {
  const privileged = `(trusted or exists (select from unnest(scopes) s where s ~ '^(oauth_clients|registry):'))`;
  const { rows } = await registry.database.query(
    `select
       (select json_agg(c order by id) from oauth_clients c where ${privileged} or project_id <> $1) as clients,
       (select json_agg(s order by s.id) from oauth_client_secrets s join oauth_clients c on c.id = s.oauth_client_id
        where ${privileged} or c.project_id <> $1) as secrets,
       (select json_agg(e order by id) from audit_events e where project_id is distinct from $1) as events,
       (select json_agg(id) from oauth_clients where deleted_at is not null) as deleted,
       (select json_agg(o order by id) from organizations o) as organizations,
       (select json_agg(p order by id) from projects p) as projects,
       (select json_agg(m order by organization_id, subject) from organization_members m) as members`,
    [tenant.projectId],
  );
  return rows[0];
}

it('no calls of a developer or a machine end in a privileged client, a reserved scope or a row elsewhere', async () => {
  const before = await untouchable();
  const statuses = new Set<number>();
  await fc.assert(
    fc.asyncProperty(sequence, async (steps) => {
      for (const step of steps) {
        for (const status of await Promise.all(step.map(make))) statuses.add(status);
      }
      expect(await untouchable()).toEqual(before);
    }),
    { seed: 4, numRuns: 60, endOnFailure: true },
  );
  // Calls of every kind were made: what is allowed, what is not, what is not seen, and what breaks a rule.
  expect([...statuses]).toEqual(expect.arrayContaining([200, 201, 403, 404, 422]));
  expect([...statuses].filter((status) => status === 204 || status >= 500)).toEqual([]);
});

describe('A secret that a developer can get', () => {
  const tokenFor = (id: string, secret: string, parameters: Record<string, string>) =>
    registry.api.post<{ access_token?: string; error?: string }>('/oauth2/token', {
      raw: new URLSearchParams({ grant_type: 'client_credentials', ...parameters }).toString(),
      headers: {
        authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
    });

  it.each(['registry:admin', 'oauth_clients:read', 'oauth_clients:write', 'orders:read oauth_clients:write'])(
    'a secret that a developer can get gets no token with the scope %s',
    async (scope) => {
      const { client_id, client_secret } = await ownMachine();
      const asked = async (more: object) => {
        const { status, body } = await tokenFor(client_id, client_secret, { scope, ...more });
        return [status, body.error];
      };
      expect(await asked({})).toEqual([400, 'invalid_scope']);
      expect(await asked({ resource: registry.url })).toEqual([400, 'invalid_target']);
    },
  );

  it('a secret that a developer can get gets no token that does anything here', async () => {
    const { client_id, client_secret } = await ownMachine();
    const { body } = await tokenFor(client_id, client_secret, {});
    expect(body.access_token).toBeDefined();
    const options = { token: body.access_token };
    expect([401, 403]).toContain((await registry.api.get(tenant.clients, options)).status);
    const organization = `/v1/organizations/${tenant.organizationId}`;
    const put = await registry.api.put(organization, { ...options, body: { name: 'Taken over' } });
    expect([401, 404]).toContain(put.status);
  });

  async function ownMachine(): Promise<{ client_id: string; client_secret: string }> {
    const body = { ...MACHINE_CLIENT, scopes: ['orders:read'] };
    const answer = await registry.api.post<{ client_id: string; client_secret: string }>(tenant.clients, {
      token: tenant.developer,
      body,
    });
    return answer.body;
  }
});
