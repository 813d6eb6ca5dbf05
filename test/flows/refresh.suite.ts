import * as oidc from 'openid-client';
import type { FlowServer } from './servers/flow-server.js';
import { SERVERS } from './servers/servers.js';
import { ClientApp, errorOf } from './support.js';

const SCOPE = 'openid offline_access notes:read';

describe.each(SERVERS)('refresh tokens, with $name', ({ start, dialect }) => {
  let server: FlowServer;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  const register = (body = {}): Promise<ClientApp> =>
    ClientApp.of(server, {
      name: 'Shop',
      grant_types: ['authorization_code', 'refresh_token'],
      scopes: ['openid', 'offline_access', 'notes:read', 'notes:write'],
      ...body,
    });

  const refresh = ({ config }: ClientApp, token: string | undefined, parameters = {}) =>
    oidc.refreshTokenGrant(config, String(token), parameters);

  /** The scope of what a refresh brings, or its error. */
  async function scopeOf(refreshed: ReturnType<typeof refresh>): Promise<unknown> {
    const error = await errorOf(refreshed);
    return error === 'none' ? dialect.claimsOf((await refreshed).access_token)['scope'] : error;
  }

  it('refresh tokens are issued to a client with the grant, and bring new access tokens', async () => {
    const app = await register();
    const first = await app.signIn({ scope: SCOPE });
    const second = await refresh(app, first.refresh_token);

    expect(second.access_token).not.toBe(first.access_token);
    const { organizationId, projectId } = server.tenant;
    expect(dialect.claimsOf(second.access_token)).toMatchObject({
      sub: first.claims()?.sub,
      client_id: app.registered.client_id,
      organization_id: organizationId,
      project_id: projectId,
    });
    expect(String(second.scope).split(' ').toSorted()).toEqual(SCOPE.split(' ').toSorted());
  });

  it('refresh tokens are not issued to a client without the grant', async () => {
    const app = await register({ grant_types: ['authorization_code'] });

    expect(await app.signIn({ scope: SCOPE })).not.toHaveProperty('refresh_token');
    expect(await errorOf(refresh(app, 'whatever'))).toBe('unauthorized_client');
  });

  it.each(['client_secret_basic', 'client_secret_post', 'none'])(
    'refresh tokens work for a client with %s',
    async (method) => {
      const app = await register({ token_endpoint_auth_method: method });
      const { refresh_token: token } = await app.signIn({ scope: SCOPE });

      expect((await refresh(app, token)).access_token).toBeDefined();
    },
  );

  it('refresh tokens change with each use, and a second use of an old one ends them all', async () => {
    const app = await register();
    const first = await app.signIn({ scope: SCOPE });
    const second = await refresh(app, first.refresh_token);
    expect(second.refresh_token).not.toBe(first.refresh_token);
    const third = await refresh(app, second.refresh_token);

    expect(await errorOf(refresh(app, first.refresh_token))).toBe('invalid_grant');
    expect(await errorOf(refresh(app, third.refresh_token))).toBe('invalid_grant');
  });

  it('refresh tokens do not work for another client', async () => {
    const [app, other] = [await register(), await register()];
    const { refresh_token: token } = await app.signIn({ scope: SCOPE });

    expect(await errorOf(refresh(other, token))).toBe('invalid_grant');
    expect(await errorOf(refresh(app, token))).toBe('none');
  });

  it.each(['notes:read', 'notes:write'])(
    'refresh tokens never bring more than was granted, when asked for %s',
    async (scope) => {
      const app = await register();
      const { refresh_token: token } = await app.signIn({ scope: SCOPE });

      expect(await scopeOf(refresh(app, token, { scope }))).toBe(dialect.refreshedScope(scope, SCOPE));
    },
  );

  it('refresh tokens survive that the person signs out', async () => {
    const app = await register();
    const browser = app.browser();
    const { refresh_token: token } = await app.signIn({ scope: SCOPE }, browser);
    await browser.press(await browser.open(oidc.buildEndSessionUrl(app.config)), 'Sign out');

    expect(await errorOf(refresh(app, token))).toBe('none');
  });
});
