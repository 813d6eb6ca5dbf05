import fc from 'fast-check';
import { decodeJwt } from 'jose';
import * as oidc from 'openid-client';
import { setTimeout as sleep } from 'node:timers/promises';
import { settingsIn } from '../../src/hydra/admin-api/hydra-client.js';
import { pick } from '../../src/lib/pick.js';
import { settingsOf } from '../../src/oauth-clients/model/client-settings.js';
import type { ClientMember } from '../../src/oauth-clients/model/members.js';
import { PERSON_NUMBER } from '../support/hydra/login-consent-app.js';
import { randomSettings } from '../support/random-settings.js';
import type { Body } from '../support/registry.js';
import { AUDIENCE } from '../support/tokens.js';
import { expectPage, outcomeOf } from './browser.js';
import type { HydraServer } from './servers/hydra-server.js';
import { HYDRAS } from './servers/servers.js';
import { ClientApp, errorOf, goThrough, sayYes } from './support.js';

/** Waits for what the registry does by itself. */
async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(50);
}

describe.each(HYDRAS)('what Hydra leaves open, with $name', ({ start, dialect }) => {
  let server: HydraServer;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  const register = (body = {}): Promise<ClientApp> =>
    ClientApp.of(server, {
      name: 'Shop',
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      scopes: ['openid', 'offline_access', 'notes:read'],
      ...body,
    });

  const asMachine = (config: oidc.Configuration) => errorOf(oidc.clientCredentialsGrant(config));
  const refresh = ({ config }: ClientApp, token: string | undefined) =>
    errorOf(oidc.refreshTokenGrant(config, String(token)));

  describe('the gate', () => {
    it.each(['login_verifier', 'consent_verifier'])(
      'the authorize gate refuses a later leg (%s) without the challenge of the first',
      async (leg) => {
        const app = await register({ pkce_required: true });
        const browser = app.browser();
        browser.tamper = (url) => {
          if (url.searchParams.has(leg)) url.searchParams.delete('code_challenge');
          return url;
        };
        const answer = await goThrough(browser, await browser.open((await app.begin()).url));

        expect(outcomeOf(answer)).toBe('403');
      },
    );

    it('the authorize gate leaves a flow alone whose legs are alike', async () => {
      const app = await register({ pkce_required: true });

      expect((await app.signIn()).access_token).toBeDefined();
    });

    it.each([
      '/oauth2/auth/',
      '/oauth2/%61uth',
      '/oauth2/auth%2F',
      '/oauth2%2Fauth/',
      '/oauth2%2f%61uth%2f',
      '//oauth2/x%2f..%2Fauth/',
    ])('the authorize gate stands before %s too', async (path) => {
      const app = await register({ pkce_required: true });
      const { url } = await app.begin();
      url.searchParams.delete('code_challenge');
      const address = url.href.replace('/oauth2/auth', path);

      expect((await fetch(address, { redirect: 'manual' })).status).toBe(403);
    });

    it.each(['a form', 'a repeated parameter', 'a request object'])(
      'the authorize gate refuses %s',
      async (what) => {
        const app = await register();
        const { url } = await app.begin();
        if (what === 'a repeated parameter') url.searchParams.append('client_id', 'another');
        if (what === 'a request object') url.searchParams.set('request', 'eyJhbGciOiJub25lIn0.e30.');
        const form = what === 'a form' ? { method: 'POST', body: url.searchParams } : {};

        expect((await fetch(url, { redirect: 'manual', ...form })).status).toBe(403);
      },
    );
  });

  describe('the token hook', () => {
    it('the token hook leaves the tokens of others alone', async () => {
      const parameters = { scope: 'registry:admin' };
      const { access_token: token } = await oidc.clientCredentialsGrant(server.platform, parameters);

      expect(dialect.claimsOf(token)).not.toHaveProperty('project_id');
    });

    it('the token hook leaves numbers as the consent application has written them', async () => {
      const app = await register();
      const first = await app.signIn({ scope: 'openid offline_access' });
      const second = await oidc.refreshTokenGrant(app.config, String(first.refresh_token));
      const third = await oidc.refreshTokenGrant(app.config, String(second.refresh_token));

      for (const { access_token: token } of [first, second, third])
        expect(Buffer.from(String(token.split('.')[1]), 'base64url').toString()).toContain(
          `"number":${PERSON_NUMBER}`,
        );
    });

    it('the token hook names the tenant at the top level of access tokens, where resource servers look', async () => {
      const app = await register();
      const { organizationId, projectId } = server.tenant;
      const { access_token: token } = await oidc.clientCredentialsGrant(app.config);

      expect(decodeJwt(token)).toMatchObject({ organization_id: organizationId, project_id: projectId });
    });

    it('the token hook names the tenant in ID tokens too', async () => {
      const { organizationId, projectId } = server.tenant;

      expect((await (await register()).signIn()).claims()).toMatchObject({
        organization_id: organizationId,
        project_id: projectId,
      });
    });
  });

  describe('a disabled client, past the gate', () => {
    const implicit = { grant_types: ['implicit'], token_endpoint_auth_method: 'none' };

    it.each([
      ['code', {}],
      ['id_token', implicit],
      ['id_token token', implicit],
    ])(
      'a disabled client that goes past the authorize gate is refused %s by Hydra itself',
      async (responseType, body) => {
        const app = await register(body);
        await app.change({ enabled: false });
        const { url } = await app.begin({ response_type: responseType, nonce: 'n-0S6_WzA2Mj' });

        expect(outcomeOf(await app.browser().open(server.pastTheGate(url)))).toBe(
          'unsupported_response_type',
        );
      },
    );
  });

  it('Hydra holds what gives back every member of a client, but for the description, new and changed', async () => {
    await fc.assert(
      fc.asyncProperty(randomSettings, randomSettings, async (first, second) => {
        const app = await ClientApp.of(server, { ...first });
        const changed = await app.change(pick(second, FREE_MEMBERS));
        const stored = await server.clientInHydra(changed.client_id);

        expect(app.registered).toMatchObject({ ...first, sync_status: 'synced' });
        expect(changed.sync_status).toBe('synced');
        expect(settingsIn(stored, { audience: AUDIENCE })).toEqual({
          ...settingsOf(changed),
          description: null,
        });
      }),
      { numRuns: 15 },
    );
  });

  it('the registry refuses at registration what Hydra would match with plain http and any port', async () => {
    await expect(register({ redirect_uris: ['https://127.0.0.1/cb'] })).rejects.toThrow(
      'redirect_uri_https_on_loopback_ip',
    );
  });

  it.each([
    [true, dialect.signedOut],
    [false, 'Sign out?'],
  ])('Hydra asks before it signs a person out, unless the client is trusted: %s', async (trusted, text) => {
    const app = await register({ trusted });
    const browser = app.browser();
    const { id_token: hint } = await app.signIn({}, browser);
    const url = oidc.buildEndSessionUrl(app.config, { id_token_hint: String(hint) });

    expect(expectPage(await browser.open(url)).text).toContain(text);
  });

  describe('while the registry cannot reach Hydra', () => {
    afterEach(async () => {
      server.find();
      await until(async () => {
        const { body } = await server.registry.api.get<Body>('/health/ready');
        return (body['authorization_server'] as { reachable: boolean }).reachable;
      });
    });

    /** A client with everything it can get, and nobody who could tell Hydra about its end. */
    async function withTokens() {
      const app = await register();
      const { refresh_token: token } = await app.signIn({ scope: 'openid offline_access' });
      const attempt = await app.begin();
      const browser = app.browser();
      const answer = await sayYes(browser, await browser.open(attempt.url));
      server.lose();
      return { app, token, attempt, answer };
    }

    it('a client disabled while Hydra is out of reach gets nothing, and only new tokens when it is enabled again', async () => {
      const { app, token, attempt, answer } = await withTokens();
      expect((await app.change({ enabled: false })).sync_status).toBe('pending');

      expect(await asMachine(app.config)).toBe('invalid_client');
      expect(await refresh(app, token)).toBe('invalid_client');
      expect(await errorOf(app.finish(attempt, answer))).toBe('invalid_client');
      expect(outcomeOf(await app.open({}))).toBe('403');

      expect((await app.change({ enabled: true })).sync_status).toBe('pending');
      expect(await asMachine(app.config)).toBe('none');
      expect(await refresh(app, token)).toBe('access_denied');
      expect(await errorOf(app.finish(attempt, answer))).toBe('access_denied');
    });

    it('a client deleted while Hydra is out of reach gets nothing, and Hydra forgets it when it is back', async () => {
      const { app, token, attempt, answer } = await withTokens();
      await app.delete();

      expect(await asMachine(app.config)).toBe('invalid_client');
      expect(await refresh(app, token)).toBe('invalid_client');
      expect(await errorOf(app.finish(attempt, answer))).toBe('invalid_client');
      expect(outcomeOf(await app.open({}))).toBe('403');

      server.find();
      await until(async () => (await server.clientInHydra(app.registered.client_id)).client_id === undefined);
    });

    it('PKCE is demanded from when it is required, also while Hydra is out of reach', async () => {
      const app = await register({ pkce_required: false });
      server.lose();
      await app.change({ pkce_required: true });
      const { url } = await app.begin();
      url.searchParams.delete('code_challenge');
      url.searchParams.delete('code_challenge_method');

      expect(outcomeOf(await app.browser().open(url))).toBe('403');
    });

    it('a secret rotated while Hydra is out of reach works alone at once, as Hydra knows neither', async () => {
      const app = await register();
      server.lose();
      const rotated = await app.authenticatingWith(oidc.ClientSecretBasic(await app.rotateSecret()));
      expect(await asMachine(app.config)).toBe('invalid_client');
      expect(await asMachine(rotated)).toBe('none');
    });

    it('a secret ended while Hydra is out of reach gets nothing, and the next one gets tokens', async () => {
      const app = await register();
      server.lose();
      await app.endSecret();
      expect(await asMachine(app.config)).toBe('invalid_client');
      const { as } = await app.makeSecret();
      expect(await asMachine(await as())).toBe('none');
      await until(async () => (await app.read()).last_refused_at !== null);
      expect(await asMachine(app.config)).toBe('invalid_client');
    });

    it('a secret that has expired while Hydra is out of reach gets nothing', async () => {
      const app = await register();
      const { id, as } = await app.makeSecret({ expires_in_seconds: 1 });
      const config = await as();
      server.lose();
      const { database } = server.registry;
      const query = 'select from oauth_client_secrets where id = $1 and expires_at <= now()';
      await until(async () => (await database.query(query, [id])).rowCount === 1);
      expect(await asMachine(config)).toBe('invalid_client');

      server.find();
      // Hydra is told that the secret has expired, which the registry writes down a moment before or after Hydra is back.
      let client = await app.read();
      await until(async () => (client = await app.read()).sync_status === 'synced');
      expect(client).toMatchObject({ sync_status: 'synced', sync_problem: null });
    });

    it('a client made while Hydra is out of reach is pending, and is served once Hydra is back', async () => {
      server.lose();
      const app = await register();
      expect(app.registered.sync_status).toBe('pending');
      expect(await asMachine(app.config)).toBe('invalid_client');

      server.find();
      await until(async () => (await asMachine(app.config)) === 'none');
    });
  });
});

/** Members that may be changed whatever the others are. */
const FREE_MEMBERS = [
  'name',
  'description',
  'scopes',
  'trusted',
  'enabled',
  'audiences',
  'allowed_cors_origins',
  'client_uri',
  'logo_uri',
  'policy_uri',
  'tos_uri',
  'contacts',
  'access_token_lifetime',
  'id_token_lifetime',
  'refresh_token_lifetime',
] as const satisfies readonly ClientMember[];
