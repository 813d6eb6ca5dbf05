import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { createLocalJWKSet, jwtVerify, type JWTVerifyResult } from 'jose';
import type { RegisteredClient } from '../../../src/embedded-server/client-registration.js';
import type { LiveSecret } from '../../../src/oauth-clients/model/client-secret.js';
import { PLATFORM_CLIENT_ID } from '../../../src/embedded-server/demo/demo.js';
import { createProvider } from '../../../src/embedded-server/provider.js';
import { ServerState } from '../../../src/embedded-server/server-state.js';
import { newSettings } from '../../../src/oauth-clients/model/client-settings.js';
import { Config } from '../../../src/config/config.js';
import { RateLimits } from '../../../src/rate-limit/rate-limits.js';

const CLIENT_ID = '0b54cd7a-7f4a-4d0c-9a5f-5a8f0e9b6a11';
const ISSUER = 'https://registry.example/oauth2';

const sha256 = (secret: string): string => createHash('sha256').update(secret).digest('base64');

const live = (secret: string, is_use_due = false): LiveSecret => ({
  id: `id of ${secret}`,
  hash: sha256(secret),
  is_use_due,
});

const machine: RegisteredClient = {
  ...newSettings({ name: 'Machine', grant_types: ['client_credentials'] }),
  client_id: CLIENT_ID,
  name: 'Machine',
  description: null,
  organization_id: 'c0b6c9a0-0f0e-4b62-8f3f-31f4b3a1a001',
  project_id: 'c0b6c9a0-0f0e-4b62-8f3f-31f4b3a1a002',
  project_name: 'Project',
  redirect_uris: [],
  grant_types: ['client_credentials'],
  scopes: ['notes:read', 'notes:write'],
  enabled: true,
  trusted: false,
  token_endpoint_auth_method: 'client_secret_basic',
  pkce_required: false,
  pkce_challenge_method: null,
  tokens_ended_at: null,
  trust_ended_at: null,
  secrets: [live('ocs_first'), live('ocs_second')],
  is_refusal_due: true,
};

type Form = Record<string, string> | [string, string][];
interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

describe('the token endpoint', () => {
  let directory: string;
  let state: ServerState;
  let server: Server;
  let origin: string;
  /** What the registry holds. */
  let client: RegisteredClient;
  let failure: Error | null;
  let logged: string[];
  let used: string[];
  let refused: string[];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'token-endpoint-'));
    state = await ServerState.open(directory);
    const config = new Config({
      PUBLIC_URL: 'https://registry.example',
      AUTH_AUDIENCE: 'registry-api',
      ASSIGNABLE_AUDIENCES: 'https://notes.example/*',
      CORS_ORIGINS: 'https://dashboard.example',
    });
    const findClient = async (id: string): Promise<RegisteredClient | undefined> => {
      if (failure) throw failure;
      return Promise.resolve(id === client.client_id ? client : undefined);
    };
    const logger = new Logger('test');
    logger.warn = logger.error = (...lines: unknown[]) => logged.push(lines.join(' '));
    server = createServer(
      createProvider({
        config,
        state,
        findClient,
        limits: new RateLimits(null),
        notes: {
          used: (secretId) => void used.push(secretId),
          refused: (clientId) => void refused.push(clientId),
        },
        artifacts: (model) => {
          throw new Error(`${model} is not for this endpoint's clients`);
        },
        logger,
      }).callback(),
    );
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await rm(directory, { recursive: true });
  });

  beforeEach(() => {
    client = machine;
    failure = null;
    logged = [];
    used = [];
    refused = [];
  });

  const basic = (secret: string, id = CLIENT_ID): Record<string, string> => ({
    authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
  });

  async function post(form: Form, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(`${origin}/token`, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers,
    });
    const body = (await response.json()) as Record<string, unknown>;
    return { status: response.status, headers: response.headers, body };
  }

  const ask = (form: Record<string, string> = {}, headers = basic('ocs_first')): Promise<Answer> =>
    post({ grant_type: 'client_credentials', ...form }, headers);

  const verified = ({ body }: Answer): Promise<JWTVerifyResult> =>
    jwtVerify(String(body['access_token']), createLocalJWKSet(state.publicKeys), {
      issuer: ISSUER,
      typ: 'at+jwt',
      algorithms: ['RS256'],
    });

  describe('when a registered client asks for a token', () => {
    it('the token endpoint answers a registered client a JWT that names the client and its tenant', async () => {
      const answer = await ask();

      expect(answer).toMatchObject({ status: 200, body: { token_type: 'Bearer', expires_in: 900 } });
      expect(answer.headers.get('cache-control')).toBe('no-store');
      const { payload } = await verified(answer);
      expect(payload).toMatchObject({
        sub: CLIENT_ID,
        client_id: CLIENT_ID,
        organization_id: machine.organization_id,
        project_id: machine.project_id,
        jti: expect.any(String) as string,
      });
      expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(900);
    });

    it('the token endpoint sees a change of the client at the next request', async () => {
      await ask();
      client = { ...machine, scopes: ['notes:admin'] };

      expect((await ask({ scope: 'notes:admin' })).body['scope']).toBe('notes:admin');
    });
  });

  describe('when a client authenticates', () => {
    it.each(['ocs_first', 'ocs_second'])(
      'the token endpoint accepts each live secret of a client (%s)',
      async (secret) => {
        expect((await ask({}, basic(secret))).status).toBe(200);
      },
    );

    it.each(['ocs_third', 'ocs_firs', sha256('ocs_first')])(
      'the token endpoint refuses any secret that is not a live one of the client (%s)',
      async (secret) => {
        const answer = await ask({}, basic(secret));

        expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
        expect(answer.headers.get('www-authenticate')).toMatch(/^Basic realm="/);
      },
    );

    it('the token endpoint refuses every secret when none is alive', async () => {
      client = { ...machine, secrets: [] };

      expect(await ask()).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    });

    it('the token endpoint takes the secret of a client_secret_basic client from the header only', async () => {
      const form = { client_id: CLIENT_ID, client_secret: 'ocs_first' };

      expect(await ask(form, {})).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    });

    it('the token endpoint takes the secret of a client_secret_post client from the body only', async () => {
      client = { ...machine, token_endpoint_auth_method: 'client_secret_post' };

      expect((await ask({ client_id: CLIENT_ID, client_secret: 'ocs_first' }, {})).status).toBe(200);
      expect(await ask()).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
    });

    it('the token endpoint gives a public client no token for its mere client_id', async () => {
      client = { ...machine, token_endpoint_auth_method: 'none' };

      expect(await ask({ client_id: CLIENT_ID }, {})).toMatchObject({
        status: 400,
        body: { error: 'unauthorized_client' },
      });
    });

    it('the token endpoint does not tell an unknown client from a wrong secret', async () => {
      const unknown = await ask({}, basic('ocs_first', '0b54cd7a-7f4a-4d0c-9a5f-5a8f0e9b6a12'));
      const wrong = await ask({}, basic('ocs_wrong'));

      expect(unknown.status).toBe(wrong.status);
      expect(unknown.body).toEqual(wrong.body);
    });
  });

  describe('when a secret is used', () => {
    it('the token endpoint notes the use of a secret if that is due, and only of the one that was used', async () => {
      client = { ...machine, secrets: [live('ocs_first', true), live('ocs_second', true)] };
      await ask({}, basic('ocs_second'));

      expect(used).toEqual(['id of ocs_second']);
    });

    it('the token endpoint notes nothing when the use of a secret was noted a moment ago', async () => {
      await ask();

      expect(used).toEqual([]);
    });

    it('the token endpoint notes no use of a secret that was refused', async () => {
      client = { ...machine, secrets: [live('ocs_first', true)] };
      await ask({ client_id: CLIENT_ID, client_secret: 'ocs_first' }, {});
      await ask({}, basic('ocs_wrong'));

      expect(used).toEqual([]);
      expect(refused).toEqual([CLIENT_ID, CLIENT_ID]);
    });
  });

  describe('when the client may not use the grant', () => {
    it('the token endpoint refuses a disabled client as unauthorized_client', async () => {
      client = { ...machine, enabled: false };

      expect(await ask()).toMatchObject({ status: 400, body: { error: 'unauthorized_client' } });
    });

    it('the token endpoint tells nobody without the secret that a client is disabled', async () => {
      client = { ...machine, enabled: false };

      expect(await ask({}, basic('ocs_wrong'))).toMatchObject({
        status: 401,
        body: { error: 'invalid_client' },
      });
    });

    it('the token endpoint refuses a client that is registered for other grants', async () => {
      client = { ...machine, grant_types: ['authorization_code', 'refresh_token', 'implicit'] };

      expect(await ask()).toMatchObject({ status: 400, body: { error: 'unauthorized_client' } });
    });

    it.each(['authorization_code', 'refresh_token'])(
      'the token endpoint refuses the grant %s to a client without it',
      async (grantType) => {
        expect(await ask({ grant_type: grantType })).toMatchObject({
          status: 400,
          body: { error: 'unauthorized_client' },
        });
      },
    );

    it.each(['implicit', 'password', 'x'])(
      'the token endpoint says that the grant %s is not served',
      async (grantType) => {
        expect(await ask({ grant_type: grantType })).toMatchObject({
          status: 400,
          body: { error: 'unsupported_grant_type' },
        });
      },
    );
  });

  describe('when scopes are settled', () => {
    it('the token endpoint grants no scope when none is asked for', async () => {
      const answer = await ask();

      expect(answer.body).not.toHaveProperty('scope');
      expect((await verified(answer)).payload).not.toHaveProperty('scope');
    });

    it('the token endpoint grants no more scopes than are asked for', async () => {
      const answer = await ask({ scope: 'notes:write' });

      expect((await verified(answer)).payload['scope']).toBe('notes:write');
    });

    it.each(['registry:admin', 'notes:read oauth_clients:write', 'NOTES:READ', 'openid'])(
      'the token endpoint refuses the scope %s, which is not registered',
      async (scope) => {
        expect(await ask({ scope })).toMatchObject({ status: 400, body: { error: 'invalid_scope' } });
      },
    );

    it('the token endpoint issues a token without scopes to a client without scopes', async () => {
      client = { ...machine, scopes: [] };
      const answer = await ask();

      expect(answer.body).not.toHaveProperty('scope');
      expect((await verified(answer)).payload).not.toHaveProperty('scope');
    });
  });

  describe('when the audience is settled', () => {
    const audienceOf = async (answer: Answer): Promise<unknown> => (await verified(answer)).payload.aud;

    it('the audience of a token is this API for a client with a scope of this API', async () => {
      client = { ...machine, scopes: ['oauth_clients:read'] };

      expect(await audienceOf(await ask())).toBe('registry-api');
    });

    it('the audience of a token is the issuer for a client without a scope of this API', async () => {
      expect(await audienceOf(await ask())).toBe(ISSUER);
    });

    it('the audience of a token is the resource that is asked for, when the client lists exactly that one', async () => {
      client = { ...machine, audiences: ['https://notes.example/api'] };

      expect(await audienceOf(await ask({ resource: 'https://notes.example/api' }))).toBe(
        'https://notes.example/api',
      );
    });

    it.each(['https://notes.example/api/more', 'https://notes.example/ap', 'https://registry.example'])(
      'the audience of a token cannot be %s, which the client does not list',
      async (resource) => {
        client = { ...machine, audiences: ['https://notes.example/api'] };

        expect(await ask({ resource })).toMatchObject({ status: 400, body: { error: 'invalid_target' } });
      },
    );

    it('the audience of a token cannot be what is listed and no longer assignable', async () => {
      client = { ...machine, audiences: ['https://other.example/'] };

      expect(await ask({ resource: 'https://other.example/' })).toMatchObject({
        status: 400,
        body: { error: 'invalid_target' },
      });
    });

    it('the audience of a token is this API when a client with a scope of this API asks for its public URL', async () => {
      client = { ...machine, scopes: ['oauth_clients:read'] };

      expect(await audienceOf(await ask({ resource: 'https://registry.example' }))).toBe('registry-api');
    });

    it.each(['registry-api', '/relative', 'https://notes.example/#fragment'])(
      'the audience of a token cannot be %s',
      async (resource) => {
        expect(await ask({ resource })).toMatchObject({ status: 400, body: { error: 'invalid_target' } });
      },
    );

    it('the audience of a token cannot be two resources at once', async () => {
      const form: Form = [
        ['grant_type', 'client_credentials'],
        ['resource', 'https://a.example'],
        ['resource', 'https://b.example'],
      ];

      expect(await post(form, basic('ocs_first'))).toMatchObject({
        status: 400,
        body: { error: 'invalid_target' },
      });
    });
  });

  describe('when the platform asks', () => {
    it('the token endpoint answers the platform a token for this API that belongs to no tenant', async () => {
      const { payload } = await verified(
        await ask({ scope: 'registry:admin' }, basic(state.platformSecret, PLATFORM_CLIENT_ID)),
      );

      expect(payload).toMatchObject({
        sub: PLATFORM_CLIENT_ID,
        aud: 'registry-api',
        scope: 'registry:admin',
      });
      expect(payload).not.toHaveProperty('organization_id');
    });

    it('the token endpoint refuses a wrong secret of the platform', async () => {
      expect((await ask({}, basic('ocs_wrong', PLATFORM_CLIENT_ID))).status).toBe(401);
    });
  });

  describe('when a browser asks', () => {
    const fromOrigin = (value: string): Promise<Answer> => ask({}, { ...basic('ocs_first'), origin: value });

    it.each(['https://registry.example', 'https://dashboard.example'])(
      'the token endpoint answers pages of %s',
      async (page) => {
        const { status, headers } = await fromOrigin(page);

        expect([status, headers.get('access-control-allow-origin')]).toEqual([200, page]);
      },
    );

    it('the token endpoint refuses pages of the host that the request claims to be for', async () => {
      // The forwarded protocol is believed because the public URL is https.
      const claim = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'evil.example' };

      expect(
        await ask({}, { ...basic('ocs_first'), ...claim, origin: 'https://evil.example' }),
      ).toMatchObject({
        status: 400,
        body: { error: 'invalid_request' },
      });
    });

    it.each(['https://evil.example', 'null', 'http://registry.example'])(
      'the token endpoint refuses pages of %s',
      async (page) => {
        const { status, headers } = await fromOrigin(page);

        expect([status, headers.get('access-control-allow-origin')]).toEqual([400, null]);
      },
    );
  });

  describe('when the registry cannot be read', () => {
    it('the token endpoint answers 503 while the database is out of reach', async () => {
      failure = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
      const answer = await ask();

      expect(answer).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
      expect(answer.headers.get('retry-after')).toBe('5');
    });

    it('the token endpoint answers 500 without any detail for a defect, and logs it', async () => {
      failure = new Error('a defect');
      const { status, body } = await ask();

      expect([status, body['error']]).toEqual([500, 'server_error']);
      expect(JSON.stringify(body)).not.toContain('a defect');
      expect(logged.join()).toContain('a defect');
    });
  });

  describe('when a refusal is logged', () => {
    it('the log of a refusal names the client and the cause, and nothing that was sent', async () => {
      await ask({ scope: 'sent-scope', client_secret: 'sent-secret' }, {});
      await ask({}, basic('sent-secret'));

      expect(logged).toHaveLength(2);
      expect(logged[1]).toContain(CLIENT_ID);
      expect(logged[1]).toContain('invalid_client');
      expect(logged.join()).not.toContain('sent-');
    });
  });

  it('the token endpoint answers errors as JSON to browsers too', async () => {
    const { status, body } = await ask({ grant_type: 'x' }, { ...basic('ocs_first'), accept: 'text/html' });

    expect([status, body['error']]).toEqual([400, 'unsupported_grant_type']);
  });
});
