import * as oidc from 'openid-client';
import { TestRegistry, type TestTenant } from '../support/registry.js';
import { expectRedirect } from './browser.js';
import { CALLBACK, claimsOf, ClientApp, sayYes } from './support.js';

const NONCE = 'n-0S6_WzA2Mj';

describe('the implicit flow', () => {
  let registry: TestRegistry;
  let tenant: TestTenant;

  beforeAll(async () => {
    registry = await TestRegistry.start();
    tenant = await registry.tenant();
  });
  afterAll(() => registry.stop());

  const register = (body = {}): Promise<ClientApp> =>
    ClientApp.register(registry, tenant, {
      name: 'Legacy page',
      grant_types: ['implicit'],
      token_endpoint_auth_method: 'none',
      ...body,
    });

  const urlOf = ({ config }: ClientApp, responseType: string): URL => {
    const parameters = { redirect_uri: CALLBACK, scope: 'openid notes:read', state: 'state', nonce: NONCE };
    return oidc.buildAuthorizationUrl(config, { ...parameters, response_type: responseType });
  };

  async function run(app: ClientApp, responseType: string): Promise<URL> {
    const browser = app.browser();
    return sayYes(browser, await browser.open(urlOf(app, responseType)));
  }

  it('answers id_token with an ID token, in the fragment', async () => {
    const app = await register();
    oidc.useIdTokenResponseType(app.config);
    const answer = await run(app, 'id_token');
    const claims = await oidc.implicitAuthentication(app.config, answer, NONCE, { expectedState: 'state' });

    expect(answer.search).toBe('');
    expect(claims.sub).toBeDefined();
  });

  it('answers id_token token with an access token too', async () => {
    const app = await register();
    const answer = new URLSearchParams((await run(app, 'id_token token')).hash.slice(1));

    expect(claimsOf(answer.get('access_token') ?? undefined)).toMatchObject({
      client_id: app.registered.client_id,
      scope: 'openid notes:read',
      project_id: tenant.projectId,
    });
    expect(claimsOf(answer.get('id_token') ?? undefined)).toHaveProperty('at_hash');
  });

  it.each(['id_token', 'id_token token'])(
    'refuses %s to a client without the grant',
    async (responseType) => {
      const app = await register({
        grant_types: ['authorization_code'],
        token_endpoint_auth_method: 'client_secret_basic',
      });
      const { hash } = expectRedirect(await app.browser().open(urlOf(app, responseType)));

      expect(new URLSearchParams(hash.slice(1)).get('error')).toBe('unauthorized_client');
    },
  );

  it('gives no code to a client that has this grant only', async () => {
    const app = await register();
    const { searchParams } = expectRedirect(await app.open({}));

    expect(searchParams.get('error')).toBe('unauthorized_client');
  });

  it('gives nothing to a disabled client, and again after it is enabled', async () => {
    const app = await register();
    await app.change({ enabled: false });
    const { hash } = expectRedirect(await app.browser().open(urlOf(app, 'id_token')));
    expect(new URLSearchParams(hash.slice(1)).get('error')).toBe('unauthorized_client');
    await app.change({ enabled: true });

    expect((await run(app, 'id_token')).hash).toContain('id_token=');
  });
});
