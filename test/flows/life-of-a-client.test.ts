import * as oidc from 'openid-client';
import { TestRegistry, type TestTenant } from '../support/registry.js';
import { expectPage, expectRedirect } from './browser.js';
import { ADA, claimsOf, ClientApp, errorOf } from './support.js';

describe('what the owner of a client decides', () => {
  let registry: TestRegistry;
  let tenant: TestTenant;

  beforeAll(async () => {
    registry = await TestRegistry.start();
    tenant = await registry.tenant({ trusted_clients_allowed: true });
  });
  afterAll(() => registry.stop());

  const register = (body = {}): Promise<ClientApp> =>
    ClientApp.register(registry, tenant, {
      name: 'Shop',
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      scopes: ['openid', 'offline_access', 'notes:read'],
      ...body,
    });

  const asMachine = ({ config }: ClientApp) => oidc.clientCredentialsGrant(config, { scope: 'notes:read' });
  const refresh = ({ config }: ClientApp, token: string | undefined) =>
    oidc.refreshTokenGrant(config, String(token));

  describe('scopes', () => {
    it('are the most that a person can be asked for', async () => {
      const app = await register();
      const answer = expectRedirect(await app.open({ scope: 'openid notes:write' }));
      expect(answer.searchParams.get('error')).toBe('invalid_scope');
      await app.change({ scopes: ['openid', 'notes:write'] });

      expect(claimsOf((await app.signIn({ scope: 'openid notes:write' })).access_token)['scope']).toBe(
        'openid notes:write',
      );
    });

    it('that are taken away are missing in the next token', async () => {
      const app = await register();
      const { refresh_token: token } = await app.signIn({ scope: 'openid offline_access notes:read' });
      await app.change({ scopes: ['offline_access'] });
      const next = await refresh(app, token);

      expect(claimsOf(next.access_token)['scope']).toBe('offline_access');
      expect(next.id_token).toBeUndefined();
    });
  });

  describe('trusted', () => {
    it('false shows a page that names client, project and scopes', async () => {
      const app = await register({ name: 'Weaver & <b>Sons</b>' });
      const browser = app.browser();
      const page = expectPage(
        await browser.press(await browser.open((await app.begin({ scope: 'openid notes:read' })).url), ADA),
      );

      expect(page.text).toContain('Weaver &amp; &lt;b&gt;Sons&lt;/b&gt;');
      expect(page.text).not.toContain('<b>Sons');
      for (const named of ['Shop', 'notes:read', ADA]) expect(page.text).toContain(named);
    });

    it('true shows none, and no longer when it is taken away', async () => {
      const app = await register({ trusted: true });
      const browser = app.browser();
      expectRedirect(await browser.press(await browser.open((await app.begin()).url), ADA));
      await app.change({ trusted: false });
      expect(expectPage(await browser.open((await app.begin()).url)).text).toContain('value="allow"');
      await app.change({ trusted: true });

      expectRedirect(await browser.open((await app.begin()).url));
    });
  });

  describe('enabled', () => {
    it('false ends new tokens of every grant, and true brings them back', async () => {
      const app = await register();
      const { refresh_token: token } = await app.signIn({ scope: 'openid offline_access' });
      const attempt = await app.begin();
      const browser = app.browser();
      const page = await browser.press(await browser.open(attempt.url), ADA);
      const answer = expectRedirect(await browser.press(page, 'Allow'));
      await app.change({ enabled: false });

      expect(await errorOf(asMachine(app))).toBe('unauthorized_client');
      expect(await errorOf(refresh(app, token))).toBe('unauthorized_client');
      expect(await errorOf(app.finish(attempt, answer))).toBe('unauthorized_client');
      const refused = expectRedirect(await app.open({}));
      expect(refused.searchParams.get('error')).toBe('unauthorized_client');

      await app.change({ enabled: true });
      expect(await errorOf(asMachine(app))).toBe('none');
      expect(await errorOf(refresh(app, token))).toBe('none');
      expect(await errorOf(app.finish(attempt, answer))).toBe('none');
    });

    it('false is noticed while the person decides', async () => {
      const app = await register();
      const browser = app.browser();
      const page = await browser.press(await browser.open((await app.begin()).url), ADA);
      await app.change({ enabled: false });
      const { searchParams } = expectRedirect(await browser.press(page, 'Allow'));

      expect(searchParams.get('error')).toBe('unauthorized_client');
    });
  });

  describe('deletion', () => {
    it('ends the client, its tokens and its grants', async () => {
      const app = await register();
      const browser = app.browser();
      const tokens = await app.signIn({ scope: 'openid offline_access' }, browser);
      await app.delete();

      expect(await errorOf(asMachine(app))).toBe('invalid_client');
      expect(await errorOf(refresh(app, tokens.refresh_token))).toBe('invalid_client');
      expect(await errorOf(oidc.fetchUserInfo(app.config, tokens.access_token, oidc.skipSubjectCheck))).toBe(
        'invalid_token',
      );
      const page = expectPage(await browser.open((await app.begin()).url));
      expect([page.status, page.text]).toEqual([400, expect.stringContaining('not registered')]);
    });
  });
});
