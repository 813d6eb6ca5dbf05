import { randomUUID } from 'node:crypto';
import { changedTables, stateOf } from '../../support/database-state.js';
import { exchange, type RawAnswer } from '../../support/raw-http.js';
import { routesOf } from '../../support/routes.js';
import { pathIn, type Place } from './operations.js';
import { HOOK_SECRET } from '../../support/hydra/hydra-registry.js';
import { useRegistry } from '../../support/use-registry.js';
import { Gate } from '../token-gate/gate.js';

const METHODS = 'GET HEAD POST PUT PATCH DELETE OPTIONS TRACE PROPFIND PURGE MKCOL LOCK'.split(' ');

const OTHER_SPELLINGS: [string, (id: string) => string][] = [
  ['upper case', (id) => id.toUpperCase()],
  ['one upper-case digit', (id) => id.replace(/[a-f]/, (digit) => digit.toUpperCase())],
  ['braces', (id) => `{${id}}`],
  ['encoded braces', (id) => `%7B${id}%7D`],
  ['no hyphens', (id) => id.replaceAll('-', '')],
  ['hyphens elsewhere', (id) => id.replaceAll('-', '').replace(/(.{4})(?=.)/g, '$1-')],
  ['a URN', (id) => `urn:uuid:${id}`],
  ['a space behind', (id) => `${id}%20`],
  ['a line break behind', (id) => `${id}%0A`],
  ['a NUL behind', (id) => `${id}%00`],
  [
    'a full-width digit',
    (id) => id.replace(/\d/, (digit) => encodeURIComponent(String.fromCodePoint(0xff10 + Number(digit)))),
  ],
  ['an encoded slash behind', (id) => `${id}%2F`],
  ['a matrix parameter', (id) => `${id};v=1`],
  ['a double encoding', (id) => id.replace('-', '%252d')],
  ['a dot segment in front', (id) => `./${id}`],
  ['an encoded dot segment in front', (id) => `%2e/${id}`],
  ['a detour', (id) => `x/../${id}`],
  ['an encoded detour', (id) => `x/%2e%2e/${id}`],
  ['a detour by encoded slashes', (id) => `x%2F..%2F${id}`],
  ['a double slash in front', (id) => `/${id}`],
  ['a backslash in front', (id) => `%5C${id}`],
];

const { registry, tenant } = useRegistry();
let place: Place;
let client: string;

beforeAll(async () => {
  const { id } = await tenant.createClient();
  place = {
    org_id: tenant.organizationId,
    project_id: tenant.projectId,
    oauth_client_id: id,
    subject: tenant.people.viewer,
  };
  client = tenant.client(id);
});

/** The path as it is, which `fetch` would normalize. */
function send(
  method: string,
  path: string,
  token = tenant.admin,
  body = '',
  url = registry.url,
): Promise<RawAnswer> {
  const head = [
    `${method} ${path} HTTP/1.1`,
    'Host: registry',
    'Connection: close',
    `Authorization: Bearer ${token}`,
    ...(body && ['Content-Type: application/json']),
    `Content-Length: ${body.length}`,
  ];
  return exchange(url, `${head.join('\r\n')}\r\n\r\n${body}`);
}

/** With one character encoded that needs no encoding, at the start, in the middle and at the end. */
const otherSpellings = (path: string, end = path.length): string[] =>
  [1, Math.floor(end / 2), end - 1].map((at) => {
    const code = path.charCodeAt(at).toString(16);
    return path.slice(0, at) + (path[at] === '/' ? '/%2e/' : `%${code}`) + path.slice(at + 1);
  });

describe('The path of a resource', () => {
  const before = () => stateOf(registry.database);

  it('the path of a resource is found in its one spelling', async () => {
    expect((await send('GET', client)).status).toBe(200);
  });

  it.each(OTHER_SPELLINGS)(
    'the path of a resource is not found with %s in place of an id',
    async (_, spelled) => {
      const untouched = await before();
      for (const id of [place.org_id, place.project_id, place.oauth_client_id]) {
        const path = client.replace(id, spelled(id));
        const answers = [
          await send('GET', path),
          await send('PATCH', path, tenant.admin, '{"name":"Changed"}'),
          await send('DELETE', path),
        ];
        for (const { status } of answers)
          expect([path, [400, 404, 405].includes(status)]).toEqual([path, true]);
      }
      expect(await before()).toEqual(untouched);
    },
  );

  it.each<[string, (path: string) => string]>([
    ['a trailing slash', (path) => `${path}/`],
    ['a trailing dot', (path) => `${path}/.`],
    ['a trailing encoded slash', (path) => `${path}%2F`],
    ['a double slash at the start', (path) => `/${path}`],
    ['a double slash in the middle', (path) => path.replace('/projects', '//projects')],
    ['another case', (path) => path.replace('oauth-clients', 'OAuth-Clients')],
    ['a detour', (path) => path.replace('/projects', '/projects/../projects')],
    ['an encoded detour', (path) => path.replace('/projects', '/projects/%2e%2e/projects')],
    ['a half-encoded detour', (path) => path.replace('/projects', '/projects/.%2E/projects')],
    ['a detour from a public path', (path) => `/health/..${path}`],
    ['a detour from the documentation', (path) => `/docs/..${path}`],
    ['a file name extension', (path) => `${path}.json`],
    ['a matrix parameter', (path) => `${path};v=1`],
    ['a fragment', (path) => `${path}#top`],
    ['no version', (path) => path.replace('/v1', '')],
  ])('the path of a resource is not found with %s', async (_, spelled) => {
    const untouched = await before();
    for (const [method, body] of [['GET'], ['PATCH', '{"name":"Changed"}'], ['DELETE']]) {
      const { status } = await send(method ?? '', spelled(client), tenant.admin, body);
      expect([method, [400, 403, 404, 405].includes(status)]).toEqual([method, true]);
    }
    const { status } = await send('GET', spelled(tenant.clients));
    expect([400, 403, 404]).toContain(status);
    expect(await before()).toEqual(untouched);
  });

  it('a path is refused with 400 when it encodes what needs no encoding, wherever it leads', async () => {
    const untouched = await before();
    const paths = [
      client,
      tenant.clients,
      '/v1/organizations',
      '/metrics',
      '/health/ready',
      '/docs',
      '/openapi.json',
      '/oauth2/token',
      '/oauth2/.well-known/openid-configuration',
      '/.well-known/oauth-authorization-server/oauth2',
    ];
    for (const path of [
      ...paths.flatMap((path) => otherSpellings(path)),
      '/metric%73',
      '/%761/organizations',
      '/nowhere%5F',
      '/x%7Ey',
      '/x%7ey',
      '/%2D',
    ]) {
      for (const method of ['GET', 'DELETE']) {
        const { status, body } = await send(method, path);
        expect([path, status]).toEqual([path, 400]);
        expect(body).toContain('must not encode what needs no encoding');
      }
    }
    expect(await before()).toEqual(untouched);
  });

  it('a path may encode all that has a meaning of its own, and characters of any language', async () => {
    const token = await registry.platform();
    for (const subject of ['a b', 'a/b', 'a:b@c', "é(1)'*", 'a%41', '%2e', 'x#y?z']) {
      const path = `/v1/organizations/${tenant.organizationId}/members/${encodeURIComponent(subject)}`;
      const answer = await registry.api.put<{ subject: string }>(path, { token, body: { role: 'viewer' } });
      expect([subject, answer.status, answer.body.subject]).toEqual([subject, 200, subject]);
      await registry.api.delete(path, { token });
    }
  });

  it('the path of a resource gives no right to a stranger in any spelling', async () => {
    const stranger = await registry.person(randomUUID());
    for (const path of [client, client.toUpperCase()]) {
      expect((await send('GET', path, stranger)).status).toBe(404);
      expect((await send('DELETE', path, stranger)).status).toBe(404);
    }
  });
});

describe('The path of a hook or gate', () => {
  let gate: Gate;
  beforeAll(async () => {
    gate = await Gate.start();
  });
  afterAll(() => gate.stop());

  it.each(['/oauth2/token', '/oauth2/revoke', '/hooks/hydra/token', '/hooks/authorize'])(
    'the path of a hook or gate is refused with 400 in any spelling but its own, whatever stands behind it: %s',
    async (path) => {
      const behind =
        path === '/hooks/authorize' ? ['', '?client_id=a', '/oauth2/auth', '/oauth2/%61uth'] : [''];
      for (const end of behind) {
        for (const spelled of otherSpellings(path + end, path.length)) {
          for (const method of ['GET', 'POST']) {
            const { status, body } = await send(method, spelled, HOOK_SECRET, '', gate.registry.url);
            expect([spelled, status]).toEqual([spelled, 400]);
            expect(body).toContain('must not encode what needs no encoding');
          }
        }
      }
    },
  );

  it('the path behind that of the authorize gate is judged in whatever spelling', async () => {
    const path = '/hooks/authorize/oauth2/%61uth?client_id=a';
    expect((await send('GET', path, HOOK_SECRET, '', gate.registry.url)).status).toBe(200);
  });
});

describe('A method', () => {
  it('a method that a path does not know is refused with those that it knows, and changes nothing', async () => {
    const untouched = await stateOf(registry.database);
    const routes = routesOf(registry.app.nest).map((route) => route.split(' '));
    for (const template of new Set(routes.map(([, path = '']) => path))) {
      const allowed = routes.filter(([, path]) => path === template).map(([method = '']) => method);
      const path = pathIn(template, place).replace('*', 'swagger-ui.css');
      for (const method of METHODS.filter((name) => !allowed.includes(name))) {
        const { status, headers } = await send(method, path);
        const allow = headers.get('allow')?.split(', ').toSorted();
        expect([method, path, status, allow]).toEqual([method, path, 405, allowed.toSorted()]);
      }
    }
    expect(changedTables(untouched, await stateOf(registry.database))).toEqual([]);
  });

  it('HEAD has the rights of GET, and no body', async () => {
    const tokens = [
      tenant.viewer,
      await registry.person(randomUUID()),
      await registry.person(tenant.people.admin, []),
    ];
    const paths = [
      '/v1/organizations',
      `/v1/organizations/${tenant.organizationId}/projects`,
      tenant.clients,
      client,
    ];
    for (const path of paths) {
      for (const token of [...tokens, 'garbage']) {
        const [get, head] = [await send('GET', path, token), await send('HEAD', path, token)];
        expect([path, head.status, head.body]).toEqual([path, get.status, '']);
      }
    }
  });

  it.each(['X-HTTP-Method-Override', 'X-HTTP-Method', 'X-Method-Override', '_method'])(
    'a method is not changed by the header or parameter %s',
    async (name) => {
      const untouched = await stateOf(registry.database);
      for (const method of ['DELETE', 'PATCH', 'PUT']) {
        const options = { token: tenant.admin, headers: { [name]: method } };
        const read = await registry.api.get(client, options);
        const readWithQuery = await registry.api.get(`${client}?${name}=${method}`, options);
        const posted = await registry.api.post(`${client}?${name}=${method}`, {
          ...options,
          body: { name: 'Changed' },
        });
        expect([read.status, readWithQuery.status, posted.status]).toEqual([200, 400, 405]);
      }
      expect(await stateOf(registry.database)).toEqual(untouched);
    },
  );

  it.each(['X-Original-URL', 'X-Rewrite-URL', 'X-Forwarded-Prefix', 'X-Forwarded-Uri'])(
    'a method and its path are not changed by the header %s',
    async (name) => {
      const headers = { [name]: client };
      expect((await registry.api.get('/health/live', { headers })).body).toEqual({ status: 'ok' });
      const elsewhere = tenant.client(randomUUID());
      expect((await registry.api.delete(elsewhere, { token: tenant.admin, headers })).status).toBe(404);
      expect((await registry.api.get(client, { token: tenant.viewer })).status).toBe(200);
    },
  );
});
