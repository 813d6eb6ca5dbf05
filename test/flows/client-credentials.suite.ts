import * as oidc from 'openid-client';
import type { FlowServer } from './servers/flow-server.js';
import { SERVERS } from './servers/servers.js';
import { authentication, ClientApp, errorOf } from './support.js';

describe.each(SERVERS)('client credentials, with $name', ({ start, dialect }) => {
  let server: FlowServer;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  const register = (body = {}): Promise<ClientApp> =>
    ClientApp.of(server, {
      name: 'Export',
      grant_types: ['client_credentials'],
      redirect_uris: null,
      scopes: ['notes:read', 'notes:write'],
      ...body,
    });

  const token = (config: oidc.Configuration, parameters = {}) =>
    oidc.clientCredentialsGrant(config, parameters);

  it('client credentials bring a token that names the client and its tenant', async () => {
    const { config, registered } = await register();
    const { access_token: issued } = await token(config, { scope: 'notes:read' });

    const { organizationId, projectId } = server.tenant;
    expect(dialect.claimsOf(issued)).toMatchObject({
      sub: registered.client_id,
      client_id: registered.client_id,
      scope: 'notes:read',
      organization_id: organizationId,
      project_id: projectId,
    });
  });

  it.each(['https://www.googleapis.com/auth/drive.readonly', 'api://0a1b2c3d/.default', 'system/*.read'])(
    'client credentials bring the scope %s as APIs write it, and no more than it says',
    async (scope) => {
      const { config } = await register({ scopes: [scope] });
      const { access_token: issued } = await token(config, { scope });

      expect(dialect.claimsOf(issued)).toMatchObject({ scope });
      expect(await errorOf(token(config, { scope: scope.replace('*', 'Patient').replace(/.$/, 'X') }))).toBe(
        'invalid_scope',
      );
    },
  );

  it('client credentials act on the project they belong to, through this very API', async () => {
    const { config } = await register({ scopes: ['oauth_clients:read'] });
    const parameters = { scope: 'oauth_clients:read', ...dialect.forThisApi };
    const { access_token: issued } = await token(config, parameters);
    const { registry, tenant } = server;

    expect((await registry.api.get(tenant.clients, { token: issued })).status).toBe(200);
    const elsewhere = await registry.tenant();
    expect((await registry.api.get(elsewhere.clients, { token: issued })).status).toBe(404);
  });

  it('client credentials bring no scope to a client that asks for none', async () => {
    const { config } = await register();
    const answer = await token(config);

    expect([answer.scope ?? '', dialect.claimsOf(answer.access_token)['scope'] ?? '']).toEqual(['', '']);
  });

  it('client credentials are refused to a client without the grant', async () => {
    const { config } = await ClientApp.of(server, {
      name: 'Shop',
      grant_types: ['authorization_code'],
    });

    expect(await errorOf(token(config))).toBe('unauthorized_client');
  });

  describe('when a client authenticates', () => {
    const METHODS = ['client_secret_basic', 'client_secret_post'] as const;
    const ways = METHODS.flatMap((registered) =>
      [...METHODS, 'none' as const].map((used) => [registered, used] as const),
    );

    it.each(ways)(
      'a client registered for %s authenticates by %s only if that is the same',
      async (registered, used) => {
        const app = await register({ token_endpoint_auth_method: registered });
        const secret = app.registered.client_secret;
        const config = await app.authenticatingWith(
          authentication({ token_endpoint_auth_method: used }, secret),
        );

        expect(await errorOf(token(config))).toBe(registered === used ? 'none' : 'invalid_client');
      },
    );

    it('the authentication of a client follows a change of the method at once', async () => {
      const app = await register();
      const post = await app.authenticatingWith(oidc.ClientSecretPost(String(app.registered.client_secret)));
      expect(await errorOf(token(post))).toBe('invalid_client');
      await app.change({ token_endpoint_auth_method: 'client_secret_post' });

      expect(await errorOf(token(post))).toBe('none');
      expect(await errorOf(token(app.config))).toBe('invalid_client');
    });

    it('a new secret works and the old one ends', async () => {
      const app = await register();
      expect(await errorOf(token(app.config))).toBe('none');
      const rotated = await app.authenticatingWith(oidc.ClientSecretBasic(await app.rotateSecret()));

      expect(await errorOf(token(rotated))).toBe('none');
      expect(await errorOf(token(app.config))).toBe('invalid_client');
    });

    it('a wrong secret is refused', async () => {
      const app = await register();

      expect(await errorOf(token(await app.authenticatingWith(oidc.ClientSecretBasic('wrong'))))).toBe(
        'invalid_client',
      );
    });
  });

  it('client credentials never bring more than the registered scopes', async () => {
    const app = await register({ scopes: ['notes:read'] });

    expect(await errorOf(token(app.config, { scope: 'notes:read notes:write' }))).toBe('invalid_scope');
    await app.change({ scopes: ['notes:read', 'notes:write'] });
    expect(await errorOf(token(app.config, { scope: 'notes:read notes:write' }))).toBe('none');
  });
});
