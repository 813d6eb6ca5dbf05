import * as oidc from 'openid-client';
import { expectPage, expectRedirect, outcomeOf } from './browser.js';
import type { FlowServer } from './servers/flow-server.js';
import { SERVERS } from './servers/servers.js';
import { ADA, ClientApp, errorOf, sayYes } from './support.js';

describe.each(SERVERS)('what the owner of a client decides, with $name', ({ start, dialect }) => {
  let server: FlowServer;

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

  const asMachine = ({ config }: ClientApp) => oidc.clientCredentialsGrant(config, { scope: 'notes:read' });
  const refresh = ({ config }: ClientApp, token: string | undefined) =>
    oidc.refreshTokenGrant(config, String(token));

  describe('scopes', () => {
    it('the scopes of a client are the most that a person can be asked for', async () => {
      const app = await register();
      const answer = expectRedirect(await app.open({ scope: 'openid notes:write' }));
      expect(answer.searchParams.get('error')).toBe('invalid_scope');
      await app.change({ scopes: ['openid', 'notes:write'] });

      const { access_token: token } = await app.signIn({ scope: 'openid notes:write' });
      expect(dialect.claimsOf(token)['scope']).toBe('openid notes:write');
    });

    it('scopes that are taken away from a client are in no later token', async () => {
      const app = await register();
      const { refresh_token: token } = await app.signIn({ scope: 'openid offline_access notes:read' });
      await app.change({ scopes: ['offline_access'] });
      const refreshed = refresh(app, token);
      const error = await errorOf(refreshed);

      expect(error).toBe(dialect.narrowedGrant.error);
      const next = error === 'none' ? await refreshed : null;
      expect(next && dialect.claimsOf(next.access_token)['scope']).toBe(dialect.narrowedGrant.scope);
      expect(next?.id_token).toBeUndefined();
    });
  });

  describe('trusted', () => {
    it('signing in to a client that is not trusted shows a page that names client, project and scopes', async () => {
      const app = await register({ name: 'Weaver & <b>Sons</b>' });
      const browser = app.browser();
      const page = expectPage(
        await browser.press(await browser.open((await app.begin({ scope: 'openid notes:read' })).url), ADA),
      );

      expect(page.text).toContain('Weaver &amp; &lt;b&gt;Sons&lt;/b&gt;');
      expect(page.text).not.toContain('<b>Sons');
      for (const named of [dialect.projectOf(server.tenant), 'notes:read', ADA])
        expect(page.text).toContain(named);
    });

    it('signing in to a trusted client shows no page, and shows one when its trust is taken away', async () => {
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
    it('disabling a client ends all its tokens for good, and enabling it lets it get new ones', async () => {
      const app = await register();
      const { refresh_token: token } = await app.signIn({ scope: 'openid offline_access' });
      const attempt = await app.begin();
      const browser = app.browser();
      const answer = await sayYes(browser, await browser.open(attempt.url));
      await app.change({ enabled: false });

      expect(await errorOf(asMachine(app))).toBe(dialect.disabled.token);
      expect(await errorOf(refresh(app, token))).toBe(dialect.disabled.token);
      expect(await errorOf(app.finish(attempt, answer))).toBe(dialect.disabled.token);
      expect(outcomeOf(await app.open({}))).toBe(dialect.disabled.code);

      await app.change({ enabled: true });
      expect(await errorOf(asMachine(app))).toBe('none');
      expect(await errorOf(refresh(app, token))).toBe(dialect.endedGrant);
      expect(await errorOf(app.finish(attempt, answer))).toBe(dialect.endedGrant);
      expect(outcomeOf(await sayYes(browser, await browser.open((await app.begin()).url)))).toBe('code');
    });

    it('disabling a client is noticed while the person decides', async () => {
      const app = await register();
      const browser = app.browser();
      const page = await browser.press(await browser.open((await app.begin()).url), ADA);
      await app.change({ enabled: false });

      expect(outcomeOf(await browser.press(page, 'Allow'))).toBe(dialect.disabled.code);
    });
  });

  describe('deletion', () => {
    it('the deletion of a client ends it, its tokens and its grants', async () => {
      const app = await register();
      const browser = app.browser();
      const tokens = await app.signIn({ scope: 'openid offline_access' }, browser);
      await app.delete();

      expect(await errorOf(asMachine(app))).toBe('invalid_client');
      expect(await errorOf(refresh(app, tokens.refresh_token))).toBe('invalid_client');
      const userinfo = oidc.fetchUserInfo(app.config, tokens.access_token, oidc.skipSubjectCheck);
      expect(await errorOf(userinfo)).toBe(dialect.unknownAccessToken);
      const { status, text } = expectPage(await browser.open((await app.begin()).url));
      const [expectedStatus, reason] = dialect.deleted;
      expect([status, text]).toEqual([expectedStatus, expect.stringContaining(reason)]);
    });
  });
});
