import { calculatePKCECodeChallenge } from 'openid-client';
import * as oidc from 'openid-client';
import { TestRegistry, type TestTenant } from '../support/registry.js';
import { expectRedirect, type Page } from './browser.js';
import { ClientApp, errorOf, sayYes, type Tokens } from './support.js';

describe('PKCE', () => {
  let registry: TestRegistry;
  let tenant: TestTenant;

  beforeAll(async () => {
    registry = await TestRegistry.start();
    tenant = await registry.tenant();
  });
  afterAll(() => registry.stop());

  const register = (body = {}): Promise<ClientApp> =>
    ClientApp.register(registry, tenant, { name: 'Shop', grant_types: ['authorization_code'], ...body });

  const S256 = { pkce_required: true, pkce_challenge_method: 'S256' };
  const PLAIN = { pkce_required: true, pkce_challenge_method: 'plain' };

  type Challenge = 'S256' | 'plain' | 'plain by default' | 'none';

  /** The code flow with such a challenge. @param sent the verifier to redeem the code with */
  async function flow(app: ClientApp, challenge: Challenge, sent?: string): Promise<Tokens> {
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
    const answer = await sayYes(browser, await browser.open(url));
    const checks = {
      expectedState: state,
      ...(challenge !== 'none' && { pkceCodeVerifier: sent ?? verifier }),
    };
    return oidc.authorizationCodeGrant(app.config, answer, checks);
  }

  const outcome = (app: ClientApp, challenge: Challenge): Promise<string> => errorOf(flow(app, challenge));

  describe('when it is required with S256', () => {
    it('accepts S256', async () => expect(await outcome(await register(S256), 'S256')).toBe('none'));

    it.each(['plain', 'plain by default', 'none'] as const)('refuses %s', async (challenge) =>
      expect(await outcome(await register(S256), challenge)).toBe('invalid_request'),
    );
  });

  describe('when it is required with plain', () => {
    it.each(['S256', 'plain', 'plain by default'] as const)('accepts %s', async (challenge) =>
      expect(await outcome(await register(PLAIN), challenge)).toBe('none'),
    );

    it('refuses none', async () =>
      expect(await outcome(await register(PLAIN), 'none')).toBe('invalid_request'));

    it.each(['S256', 'plain'] as const)('refuses another verifier for %s', async (challenge) => {
      const other = oidc.randomPKCECodeVerifier();

      expect(await errorOf(flow(await register(PLAIN), challenge, other))).toBe('invalid_grant');
    });

    it.each(['too short', 'x'.repeat(129), `${'x'.repeat(42)}!`, `${'x'.repeat(42)}é`])(
      'refuses what is no challenge: %s',
      async (challenge) => {
        const app = await register(PLAIN);
        const { url } = await app.begin({ code_challenge: challenge, code_challenge_method: 'plain' });

        expect(errorIn(await app.browser().open(url))).toBe('invalid_request');
      },
    );
  });

  describe('when it is not required', () => {
    it.each(['S256', 'none'] as const)('accepts %s', async (challenge) =>
      expect(await outcome(await register({ pkce_required: false }), challenge)).toBe('none'),
    );

    it('refuses plain', async () =>
      expect(await outcome(await register({ pkce_required: false }), 'plain')).toBe('invalid_request'));

    it('still holds a client to the challenge it has sent', async () => {
      const app = await register({ pkce_required: false });

      expect(await errorOf(flow(app, 'S256', oidc.randomPKCECodeVerifier()))).toBe('invalid_grant');
    });
  });

  it('is required of a client without a secret, which nobody has to say', async () => {
    expect(await outcome(await register({ token_endpoint_auth_method: 'none' }), 'none')).toBe(
      'invalid_request',
    );
    expect(await outcome(await register({ token_endpoint_auth_method: 'none' }), 'S256')).toBe('none');
  });

  it('follows a change at the next request', async () => {
    const app = await register({ pkce_required: false });
    expect(await outcome(app, 'none')).toBe('none');
    await app.change({ pkce_required: true });
    expect(await outcome(app, 'none')).toBe('invalid_request');
    expect(await outcome(app, 'plain')).toBe('invalid_request');
    await app.change({ pkce_challenge_method: 'plain' });
    expect(await outcome(app, 'plain')).toBe('none');
    await app.change({ pkce_required: false });
    expect(await outcome(app, 'none')).toBe('none');
  });
});

const errorIn = (answer: Page | URL): string | null => expectRedirect(answer).searchParams.get('error');
