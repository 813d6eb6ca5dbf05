import { randomUUID } from 'node:crypto';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import { FRESH_MS } from '../../../src/hydra/standings/stale-while-revalidate-cache.js';
import { HOOK_SECRET, HydraRegistry, hydraSettings } from '../../support/hydra/hydra-registry.js';
import { expectProblem } from '../../support/problem.js';
import { MACHINE_CLIENT, TestRegistry, TestTenant, type Body } from '../../support/registry.js';
import { routesOf } from '../../support/routes.js';
import { ask, askGate, askTokenHook, reasonIn } from './hooks-calls.js';

const S256 = 'code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256';
const PKCE_CLIENT = { pkce_required: true };
const GONE = 'the client is disabled or deleted: use another, or enable it in the registry';

let setup: HydraRegistry;
let tenant: TestTenant;
/** Added to the clock that cached state goes by: nobody has to wait for it to age. */
let elapsed = 0;

beforeAll(async () => {
  setup = await HydraRegistry.start({ ASSIGNABLE_AUDIENCES: 'https://api.example.com/*' });
  tenant = setup.tenant;
  const now = performance.now.bind(performance);
  jest.spyOn(performance, 'now').mockImplementation(() => now() + elapsed);
});

afterAll(async () => {
  jest.restoreAllMocks();
  await setup.stop();
});

const api = () => setup.registry.api;
const tenantIds = () => ({ organization_id: tenant.organizationId, project_id: tenant.projectId });
const codeFor = (client: { client_id: string }) => `client_id=${client.client_id}&response_type=code`;

async function change({ id }: OAuthClientDto, body: Body): Promise<void> {
  expect((await api().patch(tenant.client(id), { token: tenant.admin, body })).status).toBe(200);
  age();
}

const remove = async (path: string, token: string): Promise<void> => {
  expect((await api().delete(path, { token })).status).toBe(204);
  age();
};

/** State is old enough by now to be read again. */
const age = (): void => void (elapsed += FRESH_MS);

describe('every route below /hooks', () => {
  /** But for the methods that are unreadable without a body, or a target of their own. */
  const routes = (): [method: string, path: string][] =>
    routesOf(setup.registry.app.nest)
      // The router prints no slash between a route and the wildcard below it.
      .map((route) => route.replace('*', '/*').split(' ') as [string, string])
      .filter(([method, path]) => path.startsWith('/hooks') && !['CONNECT', 'QUERY'].includes(method));

  it('every route below /hooks is one of the token hook and the gate', () => {
    const paths = new Set(routes().map(([, path]) => path));
    expect([...paths].toSorted()).toEqual(['/hooks/authorize', '/hooks/authorize/*', '/hooks/hydra/token']);
    expect(routes().filter(([, path]) => path.endsWith('token'))).toEqual([['POST', '/hooks/hydra/token']]);
  });

  it.each([
    ['no secret', undefined],
    ['a wrong secret', 'Bearer for-tests-only-hook-secreT'],
    ['a secret of another scheme', `Basic ${HOOK_SECRET}`],
    ['the secret without a scheme', HOOK_SECRET],
  ])('every route below /hooks asks callers with %s for the secret', async (_, authorization) => {
    for (const [method, path] of routes()) {
      const answer = await ask(setup.registry.url, method, path, authorization ? { authorization } : {});
      expect([method, path, answer.status]).toEqual([method, path, 401]);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="oauth-client-registry"');
    }
  });

  it('the hooks take no access token for the secret', async () => {
    const tokens = [tenant.admin, await setup.registry.platform()];
    for (const token of tokens) {
      expectProblem(await api().post('/hooks/hydra/token', { token, body: {} }), 'invalid_token');
      expectProblem(await api().get('/hooks/authorize', { token }), 'invalid_token');
    }
  });

  it('the hooks let nobody in where no secret is configured', async () => {
    const other = await HydraRegistry.start({ HOOK_SECRET: '', AUTHORIZE_GATE: 'disabled' });
    const { status } = await askTokenHook(other.registry.api, randomUUID());
    const gate = await askGate(other.registry.api, 'client_id=a');
    await other.stop();
    expect([status, gate.status]).toEqual([401, 401]);
  });

  it('no route below /hooks is in the OpenAPI document', async () => {
    const { text } = await api().get('/openapi.json');
    expect(text).not.toContain('hooks');
  });
});

describe('the token hook', () => {
  it('the token hook names the tenant in the tokens of a client of the registry, and keeps their claims', async () => {
    const client = await tenant.createClient();
    const claims = { extra: { plan: 'pro' }, ext: { sid: 's' } };
    const answer = await askTokenHook(api(), client.client_id, claims);
    expect([answer.status, answer.body]).toEqual([
      200,
      {
        session: {
          access_token: { plan: 'pro', ...tenantIds() },
          id_token: { sid: 's', ...tenantIds() },
        },
      },
    ]);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('the token hook leaves claims alone that name the tenant, of a client that may have tokens', async () => {
    const client = await tenant.createClient(MACHINE_CLIENT);
    const claims = { extra: { uid: 1_234_567, ...tenantIds() }, ext: { sid: 's', ...tenantIds() } };
    const { status, text } = await askTokenHook(api(), client.client_id, claims);
    expect([status, text]).toEqual([204, '']);
    await change(client, { enabled: false });
    expect((await askTokenHook(api(), client.client_id, claims)).status).toBe(403);
  });

  it('the token hook reads sessions as large as consent applications make them, and no larger', async () => {
    const { client_id: clientId } = await tenant.createClient();
    const nested = JSON.parse('{"a":'.repeat(400) + '1' + '}'.repeat(400)) as object;
    const large = { text: 'a'.repeat(1_000_000) };
    for (const extra of [nested, large]) {
      const { status, body } = await askTokenHook(api(), clientId, { extra });
      expect(status).toBe(200);
      expect(body.session.access_token).toEqual({ ...extra, ...tenantIds() });
      expect((await askTokenHook(api(), 'a-name', { extra })).status).toBe(204);
    }
    const larger = { text: 'a'.repeat(1_048_576) };
    expectProblem(await askTokenHook(api(), clientId, { extra: larger }), 'payload_too_large');
    expectProblem(
      await api().post(tenant.clients, { token: tenant.admin, body: large }),
      'payload_too_large',
    );
  });

  it.each([
    ['a UUID', randomUUID()],
    ['a name', 'swagger-ui'],
    ['an empty name', ''],
    ['NUL', '\0'],
  ])('the token hook leaves a client alone that was never of the registry: %s', async (_, clientId) => {
    const { status, text } = await askTokenHook(api(), clientId);
    expect([status, text]).toEqual([204, '']);
  });

  it('the token hook refuses a disabled client, until it is enabled', async () => {
    const client = await tenant.createClient(MACHINE_CLIENT);
    await change(client, { enabled: false });
    const refused = await askTokenHook(api(), client.client_id);
    expectProblem(refused, 'forbidden');
    expect(reasonIn(refused)).toBe(GONE);
    await change(client, { enabled: true });
    expect((await askTokenHook(api(), client.client_id)).status).toBe(200);
  });

  it('the token hook refuses a deleted client', async () => {
    const client = await tenant.createClient(MACHINE_CLIENT);
    await remove(tenant.client(client.id), tenant.admin);
    expect((await askTokenHook(api(), client.client_id)).status).toBe(403);
  });

  it.each(['project', 'organization'])('the token hook refuses a client of a deleted %s', async (what) => {
    const other = await setup.registry.tenant();
    const client = await other.createClient(MACHINE_CLIENT);
    expect((await askTokenHook(api(), client.client_id)).status).toBe(200);
    const organization = `/v1/organizations/${other.organizationId}`;
    const path = what === 'project' ? `${organization}/projects/${other.projectId}` : organization;
    await remove(path, await setup.registry.platform());
    expect((await askTokenHook(api(), client.client_id)).status).toBe(403);
  });

  it('the token hook refuses a client whose project is gone, should its own deletion ever be missing', async () => {
    const other = await setup.registry.tenant();
    const { client_id } = await other.createClient(MACHINE_CLIENT);
    await setup.registry.database.query('update projects set deleted_at = now() where id = $1', [
      other.projectId,
    ]);
    expect((await askTokenHook(api(), client_id)).status).toBe(403);
  });

  it('the token hook goes by a change at once in the process that made it', async () => {
    const client = await tenant.createClient(MACHINE_CLIENT);
    for (const [enabled, expected] of [
      [false, 403],
      [true, 200],
    ] as const) {
      await api().patch(tenant.client(client.id), { token: tenant.admin, body: { enabled } });
      expect((await askTokenHook(api(), client.client_id)).status).toBe(expected);
    }
  });

  it('the token hook goes by what was true at most five seconds ago', async () => {
    const client = await tenant.createClient(MACHINE_CLIENT);
    await askTokenHook(api(), client.client_id);
    const { database } = setup.registry;
    await database.query('update oauth_clients set enabled = false where id = $1', [client.id]);
    age();
    expect((await askTokenHook(api(), client.client_id)).status).toBe(403);
  });

  /** As another process does it, which this one learns of by and by. */
  const changeElsewhere = (id: string, set: string) =>
    setup.registry.database.query(`update oauth_clients set ${set} where id = $1`, [id]);

  it.each(['requested_scopes', 'granted_scopes'])(
    'the token hook refuses a scope in %s that the client does not have, or no longer',
    async (member) => {
      const client = await tenant.createClient({
        ...MACHINE_CLIENT,
        scopes: ['notes:read', 'notes:write'],
      });
      const asking = (...scopes: string[]) =>
        askTokenHook(api(), client.client_id, { request: { [member]: scopes } });
      expect((await asking('notes:read', 'notes:write')).status).toBe(200);
      await change(client, { scopes: ['notes:read'] });
      const refused = await asking('notes:read', 'notes:write');
      expect([refused.status, reasonIn(refused)]).toEqual([
        403,
        'the client may not have a scope of this grant any more: ask, or sign in again, without it',
      ]);
      expect((await asking('notes:read')).status).toBe(200);
      expect((await asking('offline_access')).status).toBe(403);
    },
  );

  it('the token hook takes the scopes for listed that the registry adds to a client in Hydra', async () => {
    const body = { grant_types: ['authorization_code', 'refresh_token', 'implicit'], scopes: [] };
    const { client_id: id } = await tenant.createClient(body);
    const request = { requested_scopes: ['openid', 'offline_access'] };
    expect((await askTokenHook(api(), id, { request })).status).toBe(200);
    const { client_id: machine } = await tenant.createClient(MACHINE_CLIENT);
    expect(
      (await askTokenHook(api(), machine, { request: { requested_scopes: ['registry:none'] } })).status,
    ).toBe(200);
  });

  it('the token hook refuses nobody for want of a scope or an audience that another process has just added', async () => {
    const { id, client_id: clientId } = await tenant.createClient({
      ...MACHINE_CLIENT,
      scopes: ['notes:read'],
    });
    const ORDERS = 'https://api.example.com/orders';
    const asking = (scope: string, audience: string[] = []) =>
      askTokenHook(api(), clientId, { audience, request: { granted_scopes: [scope] } });
    expect((await asking('notes:read')).status).toBe(200);
    await changeElsewhere(id, `scopes = '{notes:read,notes:write}'`);
    expect((await asking('notes:write')).status).toBe(200);
    await changeElsewhere(id, `audiences = '{${ORDERS}}'`);
    expect((await asking('notes:write', [ORDERS])).status).toBe(200);
  });

  it.each([
    ['a list', []],
    ['another shape', { session: {}, request: {} }],
    ['claims in another place', { session: { access_token: {} }, request: { client_id: 'a' } }],
  ])('the token hook does not understand %s', async (_, body) => {
    expectProblem(await api().post('/hooks/hydra/token', { token: HOOK_SECRET, body }), 'bad_request');
  });
});

describe('the last use of a secret', () => {
  const SECRETS = 'from oauth_client_secrets where oauth_client_id = $1';

  async function lastUses({ id }: OAuthClientDto): Promise<(Date | null)[]> {
    const { rows } = await setup.registry.database.query<{ at: Date | null }>(
      `select last_used_at as at ${SECRETS} order by id`,
      [id],
    );
    return rows.map(({ at }) => at);
  }

  /** Nothing waits for the note, so a test has to ask until it is there. */
  async function notedUse(client: OAuthClientDto, index = 0, after = 0): Promise<Date> {
    for (;;) {
      const at = (await lastUses(client))[index];
      if (at && at.getTime() > after) return at;
    }
  }

  it('the last use is kept of the secret that is alive', async () => {
    const client = await tenant.createClient(MACHINE_CLIENT);
    expect(await lastUses(client)).toEqual([null]);
    await askTokenHook(api(), client.client_id, { extra: tenantIds(), ext: tenantIds() });
    const first = await notedUse(client);
    await api().post(`${tenant.client(client.id)}/secrets`, { token: tenant.admin });
    age();
    await askTokenHook(api(), client.client_id);
    await notedUse(client, 1);
    expect((await lastUses(client))[0]).toEqual(first);
  });

  it('the last use of a secret is written once a minute', async () => {
    const client = await tenant.createClient(MACHINE_CLIENT);
    const set = `update oauth_client_secrets set last_used_at = now() - $2::interval where oauth_client_id = $1`;
    await setup.registry.database.query(set, [client.id, '50 seconds']);
    const recent = await lastUses(client);
    for (let request = 0; request < 3; request++) await askTokenHook(api(), client.client_id);
    expect(await lastUses(client)).toEqual(recent);
    await setup.registry.database.query(set, [client.id, '61 seconds']);
    const [old] = await lastUses(client);
    age();
    await askTokenHook(api(), client.client_id);
    await notedUse(client, 0, old?.getTime());
  });

  it('the last use is not kept of a secret that Hydra may not have yet', async () => {
    const client = await tenant.createClient(MACHINE_CLIENT);
    await setup.registry.database.query(
      `update oauth_client_secrets set sealed = '\\x00' where oauth_client_id = $1`,
      [client.id],
    );
    expect((await askTokenHook(api(), client.client_id)).status).toBe(200);
    expect(await lastUses(client)).toEqual([null]);
  });

  it('the last use of a secret is not kept of who only asks to authorize, nor of a disabled client', async () => {
    const client = await tenant.createClient();
    expect((await askGate(api(), codeFor(client))).status).toBe(200);
    await change(client, { enabled: false });
    expect((await askTokenHook(api(), client.client_id)).status).toBe(403);
    expect(await lastUses(client)).toEqual([null]);
  });

  it('noting the last use of a secret never holds up a token', async () => {
    const client = await tenant.createClient(MACHINE_CLIENT);
    const other = await setup.registry.database.connect();
    await other.query('begin');
    await other.query(`select ${SECRETS} for update`, [client.id]);
    expect((await askTokenHook(api(), client.client_id)).status).toBe(200);
    expect(await lastUses(client)).toEqual([null]);
    await other.query('rollback');
    other.release();
    await notedUse(client);
  });

  it('the last use of a secret fails no token where it cannot be noted', async () => {
    const client = await tenant.createClient(MACHINE_CLIENT);
    const { database } = setup.registry;
    await database.query(`
      create function refuse_notes() returns trigger language plpgsql as $$ begin raise exception 'no notes'; end $$`);
    await database.query(`
      create trigger tr_no_notes before update on oauth_client_secrets for each row execute function refuse_notes()`);
    const { status } = await askTokenHook(api(), client.client_id);
    age();
    const again = await askTokenHook(api(), client.client_id);
    await database.query('drop function refuse_notes cascade');

    expect([status, again.status]).toEqual([200, 200]);
    age();
    expect((await askTokenHook(api(), client.client_id)).status).toBe(200);
    await notedUse(client);
  });
});

describe('the authorize gate', () => {
  it('the authorize gate allows with a 200, which is yes to every proxy, and without a body', async () => {
    const client = await tenant.createClient(PKCE_CLIENT);
    const answer = await askGate(api(), `${codeFor(client)}&${S256}`);
    expect([answer.status, answer.text]).toEqual([200, '']);
    expect(answer.headers.get('cache-control')).toBe('no-store');
  });

  it('the authorize gate demands PKCE where the client does, on every leg, and says so', async () => {
    const client = await tenant.createClient(PKCE_CLIENT);
    for (const leg of ['', '&login_verifier=a', '&consent_verifier=a']) {
      const answer = await askGate(api(), `${codeFor(client)}${leg}`);
      expect(reasonIn(answer)).toBe('this client must use PKCE: code_challenge is missing');
      expect(expectProblem(answer, 'forbidden').detail).toBe(
        'This is refused: this client must use PKCE: code_challenge is missing.',
      );
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect((await askGate(api(), `${codeFor(client)}&${S256}${leg}`)).status).toBe(200);
    }
  });

  it('the authorize gate demands PKCE by whatever letter case a database may find the client', async () => {
    const { client_id } = await tenant.createClient(PKCE_CLIENT);
    const answer = await askGate(api(), codeFor({ client_id: client_id.toUpperCase() }));
    expect(answer.status).toBe(403);
  });

  it('the authorize gate demands PKCE of public clients, and from the moment that it is required', async () => {
    const publicClient = await tenant.createClient({ token_endpoint_auth_method: 'none' });
    expect((await askGate(api(), codeFor(publicClient))).status).toBe(403);
    const client = await tenant.createClient();
    expect((await askGate(api(), codeFor(client))).status).toBe(200);
    await change(client, PKCE_CLIENT);
    expect((await askGate(api(), codeFor(client))).status).toBe(403);
  });

  it('the authorize gate refuses disabled and deleted clients', async () => {
    const client = await tenant.createClient();
    await change(client, { enabled: false });
    expect(reasonIn(await askGate(api(), codeFor(client)))).toBe(GONE);
    await remove(tenant.client(client.id), tenant.admin);
    expect(reasonIn(await askGate(api(), `${codeFor(client)}&${S256}`))).toBe(GONE);
  });

  it('the authorize gate lets clients of others pass without PKCE, but nobody with what could hide something', async () => {
    for (const client_id of [randomUUID(), 'some-client']) {
      expect((await askGate(api(), codeFor({ client_id }))).status).toBe(200);
      expect((await askGate(api(), `${codeFor({ client_id })}&request=a`)).status).toBe(403);
      const post = await askGate(api(), codeFor({ client_id }), { 'x-original-method': 'POST' });
      expect(reasonIn(post)).toBe('only GET is allowed: send the parameters in the query');
    }
  });

  it('the authorize gate judges what Traefik says, whose own request is a GET', async () => {
    const client = await tenant.createClient(PKCE_CLIENT);
    const authorization = `Bearer ${HOOK_SECRET}`;
    const about = (uri: string, method = 'GET') =>
      ask(setup.registry.url, 'GET', '/hooks/authorize', {
        authorization,
        'x-forwarded-method': method,
        'x-forwarded-uri': `/oauth2/auth?${uri}`,
      });
    expect((await about(`${codeFor(client)}&${S256}`)).status).toBe(200);
    expect((await about(codeFor(client))).status).toBe(403);
    expect((await about(`${codeFor(client)}&${S256}`, 'POST')).status).toBe(403);
  });

  it.each(['GET', 'HEAD', 'POST', 'PUT', 'OPTIONS', 'PROPFIND'])(
    'the authorize gate judges what Envoy asks about with its own method and path: %s',
    async (method) => {
      const client = await tenant.createClient(PKCE_CLIENT);
      const authorization = `Bearer ${HOOK_SECRET}`;
      const about = (path: string) =>
        ask(setup.registry.url, method, `/hooks/authorize${path}`, { authorization });
      const fine = `${codeFor(client)}&${S256}`;
      const allowed = method === 'GET' ? 200 : 403;
      for (const path of ['/oauth2/auth', '/oauth2/auth/', '/oauth2/%61uth']) {
        expect((await about(`${path}?${fine}`)).status).toBe(allowed);
      }
      expect((await about(`/oauth2/auth?${codeFor(client)}`)).status).toBe(403);
      expect((await about(`/oauth2/auth?${fine}&a=%zz`)).status).toBe(403);
    },
  );

  it('the authorize gate believes nobody when a caller has added headers of another proxy, or repeated one', async () => {
    const { client_id } = await tenant.createClient(PKCE_CLIENT);
    const honest = `/oauth2/auth?${codeFor({ client_id })}`;
    const forged = `/oauth2/auth?${codeFor({ client_id })}&${S256}`;
    const about = (path: string, headers: Record<string, string | string[]>) =>
      ask(setup.registry.url, 'GET', `/hooks/authorize${path}`, {
        authorization: `Bearer ${HOOK_SECRET}`,
        ...headers,
      });
    const nginx = { 'x-original-method': 'GET', 'x-original-uri': honest };
    const statuses = await Promise.all([
      about('', { ...nginx, 'x-forwarded-method': 'GET', 'x-forwarded-uri': forged }),
      about('', { ...nginx, 'x-original-uri': [honest, forged] }),
      about('', { ...nginx, 'x-original-uri': [forged, honest] }),
      about(honest, { 'x-original-method': 'GET', 'x-original-uri': forged }),
      about(forged, nginx),
    ]);
    expect(statuses.map(({ status }) => status)).toEqual([403, 403, 403, 403, 403]);
  });

  it('the authorize gate answers what the service itself cannot read with no 2xx', async () => {
    const authorization = `Bearer ${HOOK_SECRET}`;
    const longest = `/oauth2/auth?client_id=a&a=${'a'.repeat(20_000)}`;
    for (const path of ['/%zz?client_id=a', '/oauth2/auth?client_id=a#b', longest]) {
      const { status } = await ask(setup.registry.url, 'GET', `/hooks/authorize${path}`, { authorization });
      expect([path.slice(0, 30), status >= 400]).toEqual([path.slice(0, 30), true]);
    }
  });
});

describe('an audience', () => {
  const ORDERS = 'https://api.example.com/orders';
  const BELOW = `${ORDERS}/of/another`;
  const OTHER =
    'the client may not have tokens for this audience: ask for one that its audiences list exactly';

  it('an audience is let into tokens of a client that lists exactly it', async () => {
    const client = await tenant.createClient({ audiences: [ORDERS] });

    for (const audience of [[], [ORDERS]])
      expect((await askTokenHook(api(), client.client_id, { audience })).status).toBe(200);
    expect((await askGate(api(), `${codeFor(client)}&audience=${ORDERS}`)).status).toBe(200);
  });

  it.each([
    ['below it', BELOW],
    ['above it', 'https://api.example.com'],
    ['of this API', 'oauth-client-registry'],
    ['with a slash more', `${ORDERS}/`],
  ])('an audience is refused that is %s', async (_, audience) => {
    const client = await tenant.createClient({ audiences: [ORDERS] });
    const answers = [
      await askTokenHook(api(), client.client_id, { audience: [ORDERS, audience] }),
      await askGate(api(), `${codeFor(client)}&audience=${ORDERS}+${encodeURIComponent(audience)}`),
    ];

    expect(answers.map((answer) => [answer.status, reasonIn(answer)])).toEqual([
      [403, OTHER],
      [403, OTHER],
    ]);
  });

  it('the audience of this API is for clients with a scope of this API', async () => {
    const client = await tenant.createClient({ scopes: ['oauth_clients:read'] });
    const audience = ['oauth-client-registry'];

    expect((await askTokenHook(api(), client.client_id, { audience })).status).toBe(200);
    await change(client, { scopes: [] });
    expect((await askTokenHook(api(), client.client_id, { audience })).status).toBe(403);
  });

  it('an audience is refused once it is taken from the client', async () => {
    const client = await tenant.createClient({ audiences: [ORDERS] });
    await change(client, { audiences: [] });

    expect((await askTokenHook(api(), client.client_id, { audience: [ORDERS] })).status).toBe(403);
    expect((await askGate(api(), `${codeFor(client)}&audience=${ORDERS}`)).status).toBe(403);
  });

  it('an audience is refused once the platform lets nobody hand it out, whatever the client lists', async () => {
    const client = await tenant.createClient({ audiences: [ORDERS] });
    const narrower = await TestRegistry.start({
      ...hydraSettings(setup.hydra.adminUrl),
      DATABASE_URL: setup.registry.databaseUrl,
      ASSIGNABLE_AUDIENCES: 'https://api.example.com/stock',
    });
    const { status } = await askTokenHook(narrower.api, client.client_id, { audience: [ORDERS] });
    await narrower.stop();

    expect(status).toBe(403);
  });
});
