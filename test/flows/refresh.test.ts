import * as oidc from 'openid-client';
import { TestRegistry, type TestTenant } from '../support/registry.js';
import { claimsOf, ClientApp, errorOf } from './support.js';

const SCOPE = 'openid offline_access notes:read';

describe('refresh tokens', () => {
  let registry: TestRegistry;
  let tenant: TestTenant;

  beforeAll(async () => {
    registry = await TestRegistry.start();
    tenant = await registry.tenant();
  });
  afterAll(() => registry.stop());

  const register = (body = {}): Promise<ClientApp> =>
    ClientApp.register(registry, tenant, {
      name: 'Shop',
      grant_types: ['authorization_code', 'refresh_token'],
      scopes: ['openid', 'offline_access', 'notes:read', 'notes:write'],
      ...body,
    });

  const refresh = ({ config }: ClientApp, token: string | undefined, parameters = {}) =>
    oidc.refreshTokenGrant(config, String(token), parameters);

  it('are issued to a client with the grant, and bring new access tokens', async () => {
    const app = await register();
    const first = await app.signIn({ scope: SCOPE });
    const second = await refresh(app, first.refresh_token);

    expect(second.access_token).not.toBe(first.access_token);
    expect(claimsOf(second.access_token)).toMatchObject({
      sub: first.claims()?.sub,
      client_id: app.registered.client_id,
      organization_id: tenant.organizationId,
      project_id: tenant.projectId,
    });
    expect(String(second.scope).split(' ').toSorted()).toEqual(SCOPE.split(' ').toSorted());
  });

  it('are not issued to a client without the grant', async () => {
    const app = await register({ grant_types: ['authorization_code'] });

    expect(await app.signIn({ scope: SCOPE })).not.toHaveProperty('refresh_token');
    expect(await errorOf(refresh(app, 'whatever'))).toBe('unauthorized_client');
  });

  it.each(['client_secret_basic', 'client_secret_post', 'none'])(
    'work for a client with %s',
    async (method) => {
      const app = await register({ token_endpoint_auth_method: method });
      const { refresh_token: token } = await app.signIn({ scope: SCOPE });

      expect((await refresh(app, token)).access_token).toBeDefined();
    },
  );

  it('change with each use, and a second use of an old one ends them all', async () => {
    const app = await register();
    const first = await app.signIn({ scope: SCOPE });
    const second = await refresh(app, first.refresh_token);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    const third = await refresh(app, second.refresh_token);

    expect(await errorOf(refresh(app, first.refresh_token))).toBe('invalid_grant');
    expect(await errorOf(refresh(app, third.refresh_token))).toBe('invalid_grant');
  });

  it('do not work for another client', async () => {
    const [app, other] = [await register(), await register()];
    const { refresh_token: token } = await app.signIn({ scope: SCOPE });

    expect(await errorOf(refresh(other, token))).toBe('invalid_grant');
    expect(await errorOf(refresh(app, token))).toBe('none');
  });

  it('can ask for less, and never for more', async () => {
    const app = await register();
    const { refresh_token: token } = await app.signIn({ scope: SCOPE });

    expect(await errorOf(refresh(app, token, { scope: 'notes:write' }))).toBe('invalid_scope');
    const less = await refresh(app, token, { scope: 'notes:read' });
    expect(claimsOf(less.access_token)['scope']).toBe('notes:read');
  });

  it('survive that the person signs out', async () => {
    const app = await register();
    const browser = app.browser();
    const { refresh_token: token } = await app.signIn({ scope: SCOPE }, browser);
    await browser.press(await browser.open(oidc.buildEndSessionUrl(app.config)), 'Sign out');

    expect(await errorOf(refresh(app, token))).toBe('none');
  });
});
