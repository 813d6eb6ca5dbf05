import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import pg from 'pg';
import { EmbeddedAuthorizationServer } from '../../../src/authorization-server/embedded/embedded-authorization-server.js';
import { ServerState } from '../../../src/authorization-server/embedded/server-state.js';
import { Config } from '../../../src/config/config.js';

const PASSED_ON = 299;

describe('the endpoints of the embedded authorization server', () => {
  let directory: string;
  let server: Server;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'embedded-endpoints-'));
    const config = new Config({ PUBLIC_URL: 'https://registry.example' });
    const state = await ServerState.open(directory);
    // A pool connects at its first query; nothing here makes one.
    const { middleware } = new EmbeddedAuthorizationServer(config, state, new pg.Pool());
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
    return { status: response.statusCode, body: await text(response) };
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
        grant_types_supported: ['client_credentials'],
        response_types_supported: [],
        token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
      });
      expect(metadata).not.toHaveProperty('authorization_endpoint');
      expect(JSON.stringify(metadata)).not.toContain('evil');
    },
  );

  it('/jwks shows public keys only', async () => {
    const { keys } = (await json('/jwks')) as { keys: Record<string, unknown>[] };

    expect(keys).toHaveLength(1);
    expect(Object.keys(keys[0] ?? {}).toSorted()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use']);
  });

  it.each([
    ['GET', '/auth?client_id=x&response_type=code'],
    ['POST', '/auth'],
    ['GET', '/AUTH'],
    ['GET', '/auth/'],
    ['GET', '/auth/some-interaction'],
    ['GET', '/interaction/x'],
    ['GET', '/me'],
    ['POST', '/request'],
    ['POST', '/reg'],
    ['GET', '/session/end'],
    ['POST', '/session/end/confirm'],
    ['POST', '/token/introspection'],
    ['POST', '/token/revocation'],
    ['GET', '/token'],
    ['POST', '/token/'],
    ['DELETE', '/jwks'],
    ['OPTIONS', '/token'],
    ['GET', '/'],
    ['GET', '//evil.example/jwks'],
  ])('passes on %s %s', async (method, path) => {
    expect((await call(method, path)).status).toBe(PASSED_ON);
  });

  it('answers a preflight for the token endpoint', async () => {
    const headers = { origin: 'https://registry.example', 'access-control-request-method': 'POST' };

    expect((await call('OPTIONS', '/token', headers)).status).toBe(204);
  });
});
