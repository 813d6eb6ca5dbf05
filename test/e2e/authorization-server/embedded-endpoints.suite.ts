import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { embeddedEndpoints } from '../../../src/embedded-server/endpoints.js';
import { ServerState } from '../../../src/embedded-server/server-state.js';
import { Config } from '../../../src/config/config.js';
import { RateLimits } from '../../../src/rate-limit/rate-limits.js';

const PASSED_ON = 299;

describe('the endpoints of the embedded authorization server', () => {
  let directory: string;
  let server: Server;
  /** A cookie that looks like that of a session. */
  let session: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'embedded-endpoints-'));
    const config = new Config({ PUBLIC_URL: 'https://registry.example' });
    const state = await ServerState.open(directory);
    const signature = createHmac('sha1', state.cookieKey).update('_session=x').digest('base64url');
    session = `_session=x; _session.sig=${signature}`;
    // Nobody listens there: a pool connects at its first query.
    const pool = new pg.Pool({ host: '127.0.0.1', port: 1 });
    const middleware = embeddedEndpoints({ config, state, pool, limits: new RateLimits(null) });
    server = createServer((incoming, response) =>
      middleware(incoming, response, () => response.writeHead(PASSED_ON).end()),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await rm(directory, { recursive: true });
  });

  /** Unlike `fetch`, sends the path and the Host header as they are. */
  async function call(method: string, path: string, headers: Record<string, string> = {}) {
    const { port } = server.address() as AddressInfo;
    const sent = request({ host: '127.0.0.1', port, method, path, headers }).end();
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return {
      status: response.statusCode,
      retryAfter: response.headers['retry-after'],
      body: await text(response),
    };
  }

  const json = async (path: string, headers?: Record<string, string>): Promise<Record<string, unknown>> =>
    JSON.parse((await call('GET', path, headers)).body) as Record<string, unknown>;

  it.each(['/.well-known/openid-configuration', '/.well-known/oauth-authorization-server'])(
    '%s describes what is served, under the issuer whatever the Host header says',
    async (path) => {
      const metadata = await json(path, { host: 'evil.example', 'x-forwarded-host': 'evil.example' });

      expect(metadata).toMatchObject({
        issuer: 'https://registry.example/oauth2',
        token_endpoint: 'https://registry.example/oauth2/token',
        jwks_uri: 'https://registry.example/oauth2/jwks',
        authorization_endpoint: 'https://registry.example/oauth2/auth',
        userinfo_endpoint: 'https://registry.example/oauth2/me',
        end_session_endpoint: 'https://registry.example/oauth2/session/end',
        grant_types_supported: ['authorization_code', 'implicit', 'refresh_token', 'client_credentials'],
        response_types_supported: ['code', 'id_token', 'id_token token'],
        code_challenge_methods_supported: ['S256'],
        token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      });
      expect(JSON.stringify(metadata)).not.toContain('evil');
    },
  );

  it('/jwks shows public keys only', async () => {
    const { keys } = (await json('/jwks')) as { keys: Record<string, unknown>[] };

    expect(keys).toHaveLength(1);
    expect(Object.keys(keys[0] ?? {}).toSorted()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  });

  it.each([
    ['POST', '/auth'],
    ['GET', '/AUTH'],
    ['GET', '/auth/'],
    ['GET', '/auth/a/b'],
    ['GET', '/auth/%2e'],
    ['DELETE', '/interaction/x'],
    ['GET', '/interaction/x/abort'],
    ['DELETE', '/me'],
    ['POST', '/request'],
    ['POST', '/reg'],
    ['POST', '/session/end'],
    ['GET', '/session/end/confirm'],
    ['GET', '/device'],
    ['POST', '/token/introspection'],
    ['POST', '/token/revocation'],
    ['GET', '/token'],
    ['POST', '/token/'],
    ['DELETE', '/jwks'],
    ['OPTIONS', '/token'],
    ['GET', '/'],
    ['GET', '//evil.example/jwks'],
  ])('the embedded authorization server passes on %s %s', async (method, path) => {
    expect((await call(method, path)).status).toBe(PASSED_ON);
  });

  describe('when the database is out of reach', () => {
    const BROWSER = { accept: 'text/html' };
    const COOKIE = { cookie: '_session=x; _interaction=x' };

    function expectUnavailable(answer: Awaited<ReturnType<typeof call>>): void {
      expect([answer.status, answer.retryAfter]).toEqual([503, '5']);
      expect(answer.body).toContain('temporarily_unavailable');
      expect(answer.body).not.toContain('ECONNREFUSED');
    }

    it.each([
      [
        'GET',
        '/auth?client_id=0b54cd7a-7f4a-4d0c-9a5f-5a8f0e9b6a11&response_type=code&redirect_uri=https://a.example/',
        {},
      ],
      ['GET', '/auth?client_id=0b54cd7a-7f4a-4d0c-9a5f-5a8f0e9b6a11', { ...BROWSER, ...COOKIE }],
    ])(
      'the embedded authorization server answers 503 to %s %s while the database is out of reach',
      async (method, path, headers) => {
        expectUnavailable(await call(method, path, headers));
      },
    );

    it.each([BROWSER, {}])(
      'a person who signs out while the database is out of reach is answered 503, for %p',
      async (headers) => {
        expectUnavailable(await call('GET', '/session/end', { ...headers, cookie: session }));
      },
    );
  });

  it('the embedded authorization server answers a preflight for the token endpoint', async () => {
    const headers = { origin: 'https://registry.example', 'access-control-request-method': 'POST' };

    expect((await call('OPTIONS', '/token', headers)).status).toBe(204);
  });
});
