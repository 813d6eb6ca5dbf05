import { decodeJwt } from 'jose';
import * as oidc from 'openid-client';
import { outcomeOf } from './browser.js';
import type { FlowServer } from './servers/flow-server.js';
import { SERVERS } from './servers/servers.js';
import { CALLBACK, ClientApp, sayYes } from './support.js';

const NONCE = 'n-0S6_WzA2Mj';
const STATE = 'af0ifjsldkj';

describe.each(SERVERS)('the implicit flow, with $name', ({ start, dialect }) => {
  let server: FlowServer;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  const register = (body = {}): Promise<ClientApp> =>
    ClientApp.of(server, {
      name: 'Legacy page',
      grant_types: ['implicit'],
      token_endpoint_auth_method: 'none',
      ...body,
    });

  const urlOf = ({ config }: ClientApp, responseType: string): URL => {
    const parameters = { redirect_uri: CALLBACK, scope: 'openid notes:read', state: STATE, nonce: NONCE };
    return oidc.buildAuthorizationUrl(config, { ...parameters, response_type: responseType });
  };

  async function run(app: ClientApp, responseType: string): Promise<URL> {
    const browser = app.browser();
    return sayYes(browser, await browser.open(urlOf(app, responseType)));
  }

  it('the implicit flow answers id_token with an ID token, in the fragment', async () => {
    const app = await register();
    oidc.useIdTokenResponseType(app.config);
    const answer = await run(app, 'id_token');
    const claims = await oidc.implicitAuthentication(app.config, answer, NONCE, { expectedState: STATE });

    expect(answer.search).toBe('');
    expect(claims.sub).toBeDefined();
  });

  it('the implicit flow answers id_token token with an access token too', async () => {
    const app = await register();
    const answer = new URLSearchParams((await run(app, 'id_token token')).hash.slice(1));

    expect(dialect.claimsOf(String(answer.get('access_token')))).toMatchObject({
      client_id: app.registered.client_id,
      scope: 'openid notes:read',
      ...(dialect.namesTenantImplicitly && { project_id: server.tenant.projectId }),
    });
    expect(decodeJwt(String(answer.get('id_token')))).toHaveProperty('at_hash');
  });

  it('the implicit flow answers token alone where the server knows the grant of RFC 6749', async () => {
    const app = await register({ scopes: ['notes:read'] });
    const url = urlOf(app, 'token');
    url.searchParams.set('scope', 'notes:read');
    const browser = app.browser();
    const opened = await browser.open(url);
    if (!dialect.servesTokenAlone) return expect(outcomeOf(opened)).toMatch(/unsupported_response_type$/);
    const answer = new URLSearchParams((await sayYes(browser, opened)).hash.slice(1));

    expect(dialect.claimsOf(String(answer.get('access_token')))).toMatchObject({
      client_id: app.registered.client_id,
      scope: 'notes:read',
    });
    expect(answer.has('id_token')).toBe(false);
  });

  it.each(['id_token', 'id_token token'])(
    'the implicit flow refuses %s to a client without the grant',
    async (responseType) => {
      const app = await register({
        grant_types: ['authorization_code'],
        token_endpoint_auth_method: 'client_secret_basic',
      });
      const refused = await app.browser().open(urlOf(app, responseType));

      expect(outcomeOf(refused)).toBe(dialect.missingImplicitGrant);
    },
  );

  it('a client that has the implicit grant only gets no code', async () => {
    const app = await register();

    expect(outcomeOf(await app.open({}))).toBe(dialect.missingCodeGrant);
  });

  it('the implicit flow gives nothing to a disabled client, and again after it is enabled', async () => {
    const app = await register();
    await app.change({ enabled: false });
    const refused = await app.browser().open(urlOf(app, 'id_token'));
    expect(outcomeOf(refused)).toBe(dialect.disabled.idToken);
    await app.change({ enabled: true });

    expect((await run(app, 'id_token')).hash).toContain('id_token=');
  });
});
