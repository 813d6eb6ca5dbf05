import * as oidc from 'openid-client';
import { expectRedirect, outcomeOf } from '../../flows/browser.js';
import { ADA, type Attempt, CALLBACK, ClientApp, errorOf, sayYes } from '../../flows/support.js';
import type { Body } from '../../support/registry.js';
import { useRegistry } from '../../support/use-registry.js';

describe('what a client may do', () => {
  const { registry, tenant } = useRegistry({}, { tenant: { trusted_clients_allowed: true } });

  const register = (body = {}): Promise<ClientApp> =>
    ClientApp.register(registry, tenant, { name: 'Shop', grant_types: ['authorization_code'], ...body });

  const WITHOUT_PKCE = { pkce_required: false };
  const S256 = { pkce_required: true, pkce_challenge_method: 'S256' };
  const PLAIN = { pkce_required: true, pkce_challenge_method: 'plain' };

  /** As the client is registered: plain where it is allowed, and nothing where nothing is required. */
  async function begin(app: ClientApp, parameters = {}): Promise<Attempt> {
    const attempt = await app.begin(parameters);
    const { searchParams } = attempt.url;
    const { pkce_required: isRequired, pkce_challenge_method: method } = app.registered;
    if (method === 'plain') {
      searchParams.set('code_challenge', attempt.verifier);
      searchParams.set('code_challenge_method', 'plain');
    }
    if (isRequired) return attempt;
    for (const name of ['code_challenge', 'code_challenge_method']) searchParams.delete(name);
    return { ...attempt, verifier: '' };
  }

  /** How the token endpoint answers to a code that is older than the change. */
  async function redeemAfter(app: ClientApp, change: Body, parameters = {}): Promise<string> {
    const attempt = await begin(app, parameters);
    const browser = app.browser();
    const answer = await sayYes(browser, await browser.open(attempt.url));
    const { token_endpoint_auth_method: method } = await app.change(change);
    const config = method === 'none' ? await app.authenticatingWith(oidc.None()) : app.config;
    const checks = {
      expectedState: attempt.state,
      ...(attempt.verifier !== '' && { pkceCodeVerifier: attempt.verifier }),
    };
    return errorOf(oidc.authorizationCodeGrant(config, answer, checks));
  }

  /** How the authorization endpoint answers to a person who decides after the change. */
  async function allowAfter(app: ClientApp, change: Body): Promise<string> {
    const browser = app.browser();
    const page = await browser.press(await browser.open((await begin(app)).url), ADA);
    await app.change(change);
    return outcomeOf(await browser.press(page, 'Allow'));
  }

  const STRICTER: [change: string, before: Body, change: Body][] = [
    ['the client loses its secret', WITHOUT_PKCE, { token_endpoint_auth_method: 'none' }],
    ['PKCE is required', WITHOUT_PKCE, { pkce_required: true }],
    ['plain gives way to S256', PLAIN, { pkce_challenge_method: 'S256' }],
    ['plain goes with PKCE', PLAIN, WITHOUT_PKCE],
  ];

  describe('when it has changed since a person was asked', () => {
    it.each(STRICTER)(
      'a change of the client ends a request that a person was asked about: %s',
      async (_, before, change) => {
        expect(await allowAfter(await register(before), change)).toBe('invalid_request');
      },
    );

    it.each([
      ['PKCE is no longer required', S256, WITHOUT_PKCE],
      ['S256 gives way to plain', S256, PLAIN],
      ['the way to authenticate is another', PLAIN, { token_endpoint_auth_method: 'client_secret_post' }],
    ])(
      'a change of the client lets a request go on that a person was asked about: %s',
      async (_, before, change) => {
        expect(await allowAfter(await register(before), change)).toBe('code');
      },
    );

    it('a client that comes to require PKCE is not asked for it where no code is issued', async () => {
      const app = await register({
        grant_types: ['authorization_code', 'implicit'],
        ...WITHOUT_PKCE,
      });
      const browser = app.browser();
      const { url } = await begin(app, { response_type: 'id_token', nonce: 'n' });
      const page = await browser.press(await browser.open(url), ADA);
      await app.change({ pkce_required: true });

      expect(outcomeOf(await browser.press(page, 'Allow'))).toBe('#id_token');
    });
  });

  describe('when it has changed since a code was issued', () => {
    it.each(STRICTER)('a change of the client ends a code that was issued: %s', async (_, before, change) => {
      expect(await redeemAfter(await register(before), change)).toBe('invalid_grant');
    });

    it('a code ends when its redirect URI is no longer registered', async () => {
      const app = await register();

      expect(await redeemAfter(app, { redirect_uris: ['https://shop.example.com/new'] })).toBe(
        'invalid_grant',
      );
    });

    it.each([
      ['PKCE is no longer required', S256, WITHOUT_PKCE],
      ['S256 gives way to plain', S256, PLAIN],
      ['a redirect URI is added', PLAIN, { redirect_uris: [CALLBACK, 'https://shop.example.com/new'] }],
    ])('a change of the client leaves a code good that was issued: %s', async (_, before, change) => {
      expect(await redeemAfter(await register(before), change)).toBe('none');
    });

    it('a code of any loopback port stays good as long as the address is registered', async () => {
      const uris = { redirect_uris: ['http://127.0.0.1:8080/cb'] };
      const app = await register({ token_endpoint_auth_method: 'none', ...uris });
      const parameters = { redirect_uri: 'http://127.0.0.1:51004/cb' };

      expect(await redeemAfter(app, { redirect_uris: ['http://127.0.0.1/cb'] }, parameters)).toBe('none');
      expect(await redeemAfter(app, { redirect_uris: ['http://[::1]/cb'] }, parameters)).toBe(
        'invalid_grant',
      );
    });
  });

  describe('when it is no longer trusted', () => {
    const TRUSTED = {
      trusted: true,
      grant_types: ['authorization_code', 'refresh_token'],
      scopes: ['openid', 'offline_access'],
    };

    const refresh = (
      { config }: ClientApp,
      { refresh_token: token }: { refresh_token?: string | undefined },
    ) => errorOf(oidc.refreshTokenGrant(config, String(token)));

    it('tokens that no person was asked for end when the client is no longer trusted', async () => {
      const app = await register(TRUSTED);
      const tokens = await app.signIn();
      await app.change({ trusted: false });

      expect(await refresh(app, tokens)).toBe('invalid_grant');
      const userinfo = oidc.fetchUserInfo(app.config, tokens.access_token, oidc.skipSubjectCheck);
      expect(await errorOf(userinfo)).toBe('invalid_token');
    });

    it('codes that no person was asked for end when the client is no longer trusted', async () => {
      expect(await redeemAfter(await register(TRUSTED), { trusted: false })).toBe('invalid_grant');
    });

    it('what a person has allowed, before the trust in a client or after it, stays when that ends', async () => {
      const app = await register({ ...TRUSTED, trusted: false });
      const before = await app.signIn();
      await app.change({ trusted: true });
      const browser = app.browser();
      expectRedirect(await browser.press(await browser.open((await app.begin()).url), ADA));
      await app.change({ trusted: false });
      const after = await app.signIn({}, browser);

      expect(await refresh(app, before)).toBe('none');
      expect(await refresh(app, after)).toBe('none');
    });
  });
});
