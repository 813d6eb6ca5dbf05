import * as oidc from 'openid-client';
import { DEMO_PEOPLE } from '../../src/embedded-server/demo/demo.js';
import { expectPage, expectRedirect, outcomeOf } from './browser.js';
import type { FlowServer } from './servers/flow-server.js';
import { SERVERS } from './servers/servers.js';
import { ADA, ClientApp, errorOf, goThrough, sayYes, VIC } from './support.js';

describe.each(SERVERS)('the authorization code flow, with $name', ({ start, dialect }) => {
  let server: FlowServer;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  const register = (body = {}): Promise<ClientApp> =>
    ClientApp.of(server, { name: 'Shop', grant_types: ['authorization_code'], ...body });

  describe('when a person signs in and consents', () => {
    it('the authorization code flow ends with an access token that names person, client and tenant', async () => {
      const app = await register();
      const { access_token: token } = await app.signIn({ scope: 'openid notes:read' });

      const { organizationId, projectId } = server.tenant;
      expect(dialect.claimsOf(token)).toMatchObject({
        sub: DEMO_PEOPLE.admin.subject,
        client_id: app.registered.client_id,
        scope: 'openid notes:read',
        organization_id: organizationId,
        project_id: projectId,
      });
    });

    it('the authorization code flow tells what scopes ask about the person, in the ID token and at the userinfo endpoint', async () => {
      const app = await register({ scopes: ['openid', 'profile', 'email'] });
      const tokens = await app.signIn({ scope: 'openid profile email' });
      const { subject, name, email } = DEMO_PEOPLE.admin;

      expect(tokens.claims()).toMatchObject({ sub: subject, name, email });
      expect(await oidc.fetchUserInfo(app.config, tokens.access_token, subject)).toMatchObject({
        name,
        email,
      });
    });

    it('the authorization code flow tells no more about the person than is asked', async () => {
      const app = await register();
      const tokens = await app.signIn({ scope: 'openid' });

      expect(tokens.claims()).not.toHaveProperty('email');
      const { subject } = DEMO_PEOPLE.admin;
      const userinfo = await oidc.fetchUserInfo(app.config, tokens.access_token, subject);
      expect(Object.keys(userinfo).toSorted()).toEqual(['sub', ...dialect.otherUserinfo].toSorted());
    });

    it('the consent page shows what the client gives people to read, as text and links alone', async () => {
      const app = await register({
        client_uri: 'https://shop.example.com/?a=1&b=2',
        logo_uri: 'https://shop.example.com/logo.png',
        policy_uri: 'https://shop.example.com/privacy',
        tos_uri: 'https://shop.example.com/terms',
        contacts: ["o'neill@shop.example.com"],
      });
      const browser = app.browser();
      const page = expectPage(await browser.press(await browser.open((await app.begin()).url), ADA));

      expect(linksIn(page.text)).toEqual([
        'https://shop.example.com/?a=1&amp;b=2',
        'https://shop.example.com/privacy',
        'https://shop.example.com/terms',
      ]);
      expect(page.text).toContain('o&#39;neill@shop.example.com');
      expect(page.text).not.toMatch(/<img|logo\.png/);
    });

    it('the authorization code flow returns state and nonce as they were sent', async () => {
      const app = await register();
      const attempt = await app.begin({ nonce: 'n-0S6_WzA2Mj' });
      const browser = app.browser();
      const tokens = await oidc.authorizationCodeGrant(
        app.config,
        await sayYes(browser, await browser.open(attempt.url)),
        { expectedState: attempt.state, pkceCodeVerifier: attempt.verifier, expectedNonce: 'n-0S6_WzA2Mj' },
      );
      expect(tokens.claims()?.nonce).toBe('n-0S6_WzA2Mj');
    });

    it('the sign-in page leads nowhere in a browser that it was not shown to', async () => {
      const app = await register();
      const page = await app.open({});

      expect(outcomeOf(await goThrough(app.browser(), page))).toBe(dialect.pageOfAnother);
    });
  });

  describe('when the person says no', () => {
    it.each(['Cancel', 'Deny'])('a person who presses %s sends the client access_denied', async (button) => {
      const app = await register();
      const browser = app.browser();
      let page = await browser.open((await app.begin()).url);
      if (button === 'Deny') page = await browser.press(page, ADA);
      const answer = expectRedirect(await browser.press(page, button));

      expect(answer.searchParams.get('error')).toBe('access_denied');
      expect(answer.searchParams.has('code')).toBe(false);
    });
  });

  describe('when a person is signed in already', () => {
    it('a person who is signed in already is asked neither who they are nor for what they have allowed before', async () => {
      const app = await register();
      const browser = app.browser();
      await app.signIn({}, browser);

      expectRedirect(await browser.open((await app.begin()).url));
    });

    it('a person who is signed in already is asked again for what they have not allowed yet', async () => {
      const app = await register();
      const browser = app.browser();
      await app.signIn({ scope: 'openid' }, browser);
      const page = expectPage(await browser.open((await app.begin({ scope: 'openid notes:write' })).url));

      expect(page.text).toContain('notes:write');
    });

    it('a person who is signed in already gives way to another when the client asks to sign in again', async () => {
      const app = await register();
      const browser = app.browser();
      await app.signIn({}, browser);
      const attempt = await app.begin({ prompt: 'login' });
      const page = await browser.press(await browser.open(attempt.url), VIC);
      const tokens = await app.finish(attempt, await sayYes(browser, page));

      expect(tokens.claims()?.sub).toBe(DEMO_PEOPLE.viewer.subject);
    });

    it('a person is no longer signed in after signing out', async () => {
      const app = await register();
      const browser = app.browser();
      await app.signIn({}, browser);
      const logout = await browser.open(oidc.buildEndSessionUrl(app.config));
      expect(expectPage(await browser.press(logout, 'Sign out')).text).toContain(dialect.signedOut);

      expect(expectPage(await browser.open((await app.begin()).url)).text).toContain(ADA);
    });

    it('a request that may not ask anything is answered, whether or not the person is signed in already', async () => {
      const app = await register();
      const browser = app.browser();
      const silently = async () =>
        expectRedirect(await browser.open((await app.begin({ prompt: 'none' })).url));

      expect((await silently()).searchParams.get('error')).toBe('login_required');
      await app.signIn({}, browser);
      expect((await silently()).searchParams.has('code')).toBe(true);
    });
  });

  describe('when a code is redeemed', () => {
    it('an authorization code works once, and a second use ends what the first has got', async () => {
      const app = await register({
        grant_types: ['authorization_code', 'refresh_token'],
        scopes: ['openid', 'offline_access'],
      });
      const attempt = await app.begin({ scope: 'openid offline_access' });
      const browser = app.browser();
      const answer = await sayYes(browser, await browser.open(attempt.url));
      const { refresh_token: token } = await app.finish(attempt, answer);

      expect(token).toBeDefined();
      expect(await errorOf(app.finish(attempt, answer))).toBe('invalid_grant');
      expect(await errorOf(oidc.refreshTokenGrant(app.config, String(token)))).toBe('invalid_grant');
    });

    if (dialect.endsRaces) {
      it('an authorization code works for one of many who use it at the same moment', async () => {
        const app = await register();
        const attempt = await app.begin();
        const browser = app.browser();
        const answer = await sayYes(browser, await browser.open(attempt.url));
        const outcomes = await Promise.all(
          Array.from({ length: 8 }, () => errorOf(app.finish(attempt, answer))),
        );

        expect(outcomes.toSorted()).toEqual([...Array<string>(7).fill('invalid_grant'), 'none']);
      });
    }

    it('an authorization code does not work for another client', async () => {
      const [app, other] = [await register(), await register()];
      const attempt = await app.begin();
      const browser = app.browser();
      const answer = await sayYes(browser, await browser.open(attempt.url));

      expect(await errorOf(app.finish(attempt, answer, other.config))).toBe('invalid_grant');
    });

    it('an authorization code does not work with another redirect URI', async () => {
      const app = await register();
      const attempt = await app.begin();
      const browser = app.browser();
      const answer = await sayYes(browser, await browser.open(attempt.url));
      answer.pathname += '/';

      expect(await errorOf(app.finish(attempt, answer))).toBe('invalid_grant');
    });
  });
});

const linksIn = (text: string): string[] =>
  [...text.matchAll(/<a href="([^"]*)"/g)].map(([, address = '']) => address);
