import { calculatePKCECodeChallenge } from 'openid-client';
import * as oidc from 'openid-client';
import { outcomeOf } from './browser.js';
import type { FlowServer } from './servers/flow-server.js';
import { SERVERS } from './servers/servers.js';
import { ADA, ClientApp, errorOf, goThrough } from './support.js';

describe.each(SERVERS)('PKCE, with $name', ({ start, dialect }) => {
  let server: FlowServer;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  const register = (body = {}): Promise<ClientApp> =>
    ClientApp.of(server, { name: 'Shop', grant_types: ['authorization_code'], ...body });

  const S256 = { pkce_required: true, pkce_challenge_method: 'S256' };
  const PLAIN = { pkce_required: true, pkce_challenge_method: 'plain' };

  type Challenge = 'S256' | 'plain' | 'plain by default' | 'none';

  /** How the code flow with such a challenge ends. @param sent the verifier to redeem the code with */
  async function outcome(app: ClientApp, challenge: Challenge, sent?: string): Promise<string> {
    const verifier = oidc.randomPKCECodeVerifier();
    const { url, state } = await app.begin();
    const { searchParams } = url;
    searchParams.set(
      'code_challenge',
      challenge === 'S256' ? await calculatePKCECodeChallenge(verifier) : verifier,
    );
    searchParams.set('code_challenge_method', challenge);
    if (challenge === 'plain by default' || challenge === 'none')
      searchParams.delete('code_challenge_method');
    if (challenge === 'none') searchParams.delete('code_challenge');
    const browser = app.browser();
    const answer = await goThrough(browser, await browser.open(url));
    if (!(answer instanceof URL)) return outcomeOf(answer);
    const checks = {
      expectedState: state,
      ...(challenge !== 'none' && { pkceCodeVerifier: sent ?? verifier }),
    };
    return errorOf(oidc.authorizationCodeGrant(app.config, answer, checks));
  }

  describe('when it is required with S256', () => {
    it('where PKCE is required with S256, the server accepts S256', async () =>
      expect(await outcome(await register(S256), 'S256')).toBe('none'));

    it.each(['plain', 'plain by default', 'none'] as const)(
      'where PKCE is required with S256, the server refuses %s',
      async (challenge) => expect(await outcome(await register(S256), challenge)).toBe(dialect.pkceMissing),
    );

    it('where PKCE is required with S256, the server refuses another verifier', async () => {
      const other = oidc.randomPKCECodeVerifier();

      expect(await outcome(await register(S256), 'S256', other)).toBe('invalid_grant');
    });
  });

  if (dialect.servesPlain) {
    describe('when it is required with plain, which the embedded authorization server has', () => {
      it.each(['S256', 'plain', 'plain by default'] as const)(
        'where PKCE is required with plain, the server accepts %s',
        async (challenge) => expect(await outcome(await register(PLAIN), challenge)).toBe('none'),
      );

      it('where PKCE is required with plain, the server refuses a request without it', async () =>
        expect(await outcome(await register(PLAIN), 'none')).toBe('invalid_request'));

      it.each(['S256', 'plain'] as const)(
        'where PKCE is required with plain, the server refuses another verifier for %s',
        async (challenge) => {
          const other = oidc.randomPKCECodeVerifier();

          expect(await outcome(await register(PLAIN), challenge, other)).toBe('invalid_grant');
        },
      );

      it.each(['too short', 'x'.repeat(129), `${'x'.repeat(42)}!`, `${'x'.repeat(42)}é`])(
        'where PKCE is required with plain, the server refuses what is no challenge: %s',
        async (challenge) => {
          const app = await register(PLAIN);
          const { url } = await app.begin({ code_challenge: challenge, code_challenge_method: 'plain' });

          expect(outcomeOf(await app.browser().open(url))).toBe('invalid_request');
        },
      );

      it('the challenge method of PKCE follows a change at the next request', async () => {
        const app = await register(S256);
        expect(await outcome(app, 'plain')).toBe('invalid_request');
        await app.change({ pkce_challenge_method: 'plain' });

        expect(await outcome(app, 'plain')).toBe('none');
      });
    });
  } else {
    it('PKCE with plain, which Hydra does not have, is refused at registration', async () => {
      await expect(register(PLAIN)).rejects.toThrow('pkce_challenge_method_not_supported');
      const app = await register(S256);
      await expect(app.change(PLAIN)).rejects.toThrow('pkce_challenge_method_not_supported');

      expect(await outcome(app, 'plain')).toBe(dialect.pkceMissing);
    });
  }

  describe('when it is not required', () => {
    it.each(['S256', 'none'] as const)(
      'where PKCE is not required, the server accepts %s',
      async (challenge) =>
        expect(await outcome(await register({ pkce_required: false }), challenge)).toBe('none'),
    );

    it('where PKCE is not required, the server refuses plain', async () =>
      expect(await outcome(await register({ pkce_required: false }), 'plain')).toBe(dialect.pkceMissing));

    it('where PKCE is not required, the server still holds a client to the challenge it has sent', async () => {
      const app = await register({ pkce_required: false });

      expect(await outcome(app, 'S256', oidc.randomPKCECodeVerifier())).toBe('invalid_grant');
    });
  });

  it('PKCE is required of a client without a secret, which nobody has to say', async () => {
    expect(await outcome(await register({ token_endpoint_auth_method: 'none' }), 'none')).toBe(
      dialect.pkceMissing,
    );
    expect(await outcome(await register({ token_endpoint_auth_method: 'none' }), 'S256')).toBe('none');
  });

  it('PKCE is asked for again after the person has answered', async () => {
    const app = await register({ pkce_required: false });
    const { url } = await app.begin();
    for (const name of ['code_challenge', 'code_challenge_method']) url.searchParams.delete(name);
    const browser = app.browser();
    const page = await browser.press(await browser.open(url), ADA);
    await app.change({ pkce_required: true });

    expect(outcomeOf(await browser.press(page, 'Allow'))).toBe(dialect.pkceMissing);
  });

  it('the requirement of PKCE follows a change at the next request', async () => {
    const app = await register({ pkce_required: false });
    expect(await outcome(app, 'none')).toBe('none');
    await app.change({ pkce_required: true });
    expect(await outcome(app, 'none')).toBe(dialect.pkceMissing);
    expect(await outcome(app, 'plain')).toBe(dialect.pkceMissing);
    await app.change({ pkce_required: false });
    expect(await outcome(app, 'none')).toBe('none');
  });
});
