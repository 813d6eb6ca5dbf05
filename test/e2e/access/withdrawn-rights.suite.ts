import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import { TestRegistry, WEB_CLIENT, type Body } from '../../support/registry.js';
import { useRegistry } from '../../support/use-registry.js';

const READ = 'oauth_clients:read';
const WRITE = 'oauth_clients:write';

const { registry, tenant } = useRegistry({}, { tenant: { trusted_clients_allowed: true } });
let client: OAuthClientDto;

beforeEach(async () => {
  client = await tenant.createClient({
    grant_types: ['authorization_code', 'client_credentials'],
    scopes: [READ, WRITE],
    trusted: true,
  });
});

/** How many seconds ago a token was issued; undefined for one that does not say. */
type Age = number | undefined;

function times(ago: Age): Body {
  const iat = Math.floor(Date.now() / 1_000) - (ago ?? 0);
  return { iat: ago === undefined ? undefined : iat, nbf: iat };
}

/** Tokens that the client was issued, by whom they are of. */
const TOKENS: Readonly<Record<'a machine' | 'a person', (ago?: Age) => Promise<string>>> = {
  'a machine': (ago) =>
    registry.hydra.machine({ clientId: client.client_id, scopes: [READ, WRITE] }, times(ago)),
  'a person': (ago) =>
    registry.hydra.person(
      { sub: tenant.people.admin, clientId: client.client_id, scopes: [READ, WRITE] },
      times(ago),
    ),
};
const WHOSE = ['a machine', 'a person'] as const;

/** Everything that such a token may do, by the scope that it needs, as method and path. */
const CALLS: Readonly<Record<string, () => readonly string[]>> = {
  [READ]: () => {
    const organization = `/v1/organizations/${tenant.organizationId}`;
    const project = `${organization}/projects/${tenant.projectId}`;
    const tenants = ['/v1/organizations', organization, `${organization}/projects`, project];
    return [...tenants, tenant.clients, tenant.client(client.id)].map((path) => `GET ${path}`);
  },
  [WRITE]: () => [`POST ${tenant.clients}`],
};

/** What comes of the calls, each of them once: `ok`, `nothing` for an empty list, or the code of the refusal. */
async function outcomes(scope: string, token: string, { api }: TestRegistry = registry): Promise<string[]> {
  const found = new Set<string>();
  for (const call of CALLS[scope]?.() ?? []) {
    const [method = '', path = ''] = call.split(' ');
    const body = method === 'POST' ? { ...WEB_CLIENT, name: 'By a token' } : undefined;
    const answer = await api.call(method, path, { token, body });
    const isEmpty = Array.isArray(answer.body['data']) && answer.body['data'].length === 0;
    found.add(isEmpty ? 'nothing' : answer.status < 300 ? 'ok' : String(answer.body['code']));
  }
  return [...found].toSorted();
}

async function send(method: 'patch' | 'delete', path: string, body?: Body): Promise<void> {
  const address = tenant.client(client.id) + path;
  const { status } = await registry.api[method](address, { token: tenant.admin, body });
  expect([200, 204]).toContain(status);
}

const change = (body: Body): Promise<void> => send('patch', '', body);

describe.each(WHOSE)('a token of %s', (whose) => {
  it.each([
    [READ, WRITE],
    [WRITE, READ],
  ])('a token of ' + whose + ' has the scope %s only while its client has it', async (taken, kept) => {
    const token = await TOKENS[whose]();
    await change({ scopes: [kept] });
    expect(await outcomes(taken, token)).toEqual(['insufficient_scope']);
    expect(await outcomes(kept, token)).toEqual(['ok']);

    await change({ scopes: [taken, kept] });
    expect(await outcomes(taken, token)).toEqual(['ok']);
  });

  it(`a token of ${whose} has a scope of this API only while the platform lets clients have it`, async () => {
    const narrow = await TestRegistry.start({
      DATABASE_URL: registry.databaseUrl,
      ASSIGNABLE_SCOPES: 'openid orders:*',
    });
    const token = await TOKENS[whose]();
    const found = [await outcomes(READ, token, narrow), await outcomes(WRITE, token, narrow)];
    await narrow.stop();
    expect(found).toEqual([['insufficient_scope'], ['insufficient_scope']]);
  });

  it.each([
    ['its tokens were ended', () => send('delete', '/tokens')],
    [
      'it was disabled, and enabled again',
      async () => {
        await change({ enabled: false });
        await change({ enabled: true });
      },
    ],
  ])('a token of ' + whose + ' of before does nothing once %s, and a newer one does', async (_, end) => {
    const [old, timeless] = [await TOKENS[whose](5), await TOKENS[whose](undefined)];
    expect(await outcomes(READ, old)).toEqual(['ok']);
    await end();
    for (const token of [old, timeless]) {
      expect(await outcomes(READ, token)).toEqual(['not_found', 'nothing']);
      expect(await outcomes(WRITE, token)).toEqual(['not_found']);
    }
    const newer = await TOKENS[whose](0);
    expect([await outcomes(READ, newer), await outcomes(WRITE, newer)]).toEqual([['ok'], ['ok']]);
  });
});

it('a token of before does nothing once the client is no longer trusted, if it is a person’s, and a machine’s does', async () => {
  const [machine, person] = [await TOKENS['a machine'](5), await TOKENS['a person'](5)];
  await change({ trusted: false });
  await change({ trusted: true });
  expect(await outcomes(WRITE, machine)).toEqual(['ok']);
  expect(await outcomes(WRITE, person)).toEqual(['not_found']);
  expect(await outcomes(WRITE, await TOKENS['a person'](0))).toEqual(['ok']);
});

it('a person’s token goes by the role that the person has now, and by none once it is no member any more', async () => {
  const people = [await TOKENS['a person'](), tenant.admin, await session()];
  const role = (method: 'put' | 'delete', body?: Body) => provision(method, tenant.people.admin, body);
  await role('put', { role: 'viewer' });
  for (const token of people)
    expect([await outcomes(READ, token), await outcomes(WRITE, token)]).toEqual([['ok'], ['forbidden']]);

  await role('delete');
  for (const token of people) expect(await outcomes(WRITE, token)).toEqual(['not_found']);
  await role('put', { role: 'admin' });
});

const session = (): Promise<string> => registry.kratos.kratosSession({ sub: tenant.people.admin });

async function provision(method: 'put' | 'delete', subject: string, body?: Body): Promise<void> {
  const path = `/v1/organizations/${tenant.organizationId}/members/${subject}`;
  const { status } = await registry.api[method](path, { token: await registry.platform(), body });
  expect([200, 204]).toContain(status);
}
