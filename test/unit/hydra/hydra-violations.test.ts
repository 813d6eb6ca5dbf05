import { hydraViolations } from '../../../src/hydra/hydra-violations.js';
import { newSettings } from '../../../src/oauth-clients/model/client-settings.js';
import type { ClientSettings } from '../../../src/oauth-clients/model/members.js';

const settings = (change: Partial<ClientSettings>): ClientSettings => ({
  ...newSettings({ name: 'Shop', grant_types: ['authorization_code'] }),
  ...change,
});

const HOOKED = ['a hook secret'];

const codes = (
  change: Partial<ClientSettings>,
  authorizeGate = true,
  hookSecrets: readonly string[] = HOOKED,
): string[] =>
  hydraViolations(settings(change), { authorizeGate, hookSecrets }).map(
    ({ pointer, code }) => `${pointer} ${code}`,
  );

const PKCE = { pkce_required: true, pkce_challenge_method: 'S256' } as const;

describe('hydraViolations', () => {
  it('a client may not use plain challenges with Hydra', () => {
    expect(codes({ pkce_required: true, pkce_challenge_method: 'plain' })).toEqual([
      '/pkce_challenge_method pkce_challenge_method_not_supported',
    ]);
  });

  it('PKCE may be demanded of a client with a secret only where the gate enforces it', () => {
    expect(codes(PKCE, false)).toEqual(['/pkce_required pkce_not_enforceable']);
    expect(codes(PKCE, true)).toEqual([]);
    expect(codes({ ...PKCE, token_endpoint_auth_method: 'none' }, false)).toEqual([]);
    expect(codes({}, false)).toEqual([]);
  });

  it.each([
    'https://127.0.0.1',
    'https://127.0.0.1/cb',
    'https://127.0.0.1:8443/cb',
    'https://[::1]?x',
    'https://[::1]:1/',
  ])('the redirect URI %s, for which Hydra would accept http, is refused', (uri) => {
    expect(codes({ redirect_uris: ['https://shop.example/cb', uri] })).toEqual([
      '/redirect_uris/1 redirect_uri_https_on_loopback_ip',
    ]);
  });

  it.each([
    'http://127.0.0.1/cb',
    'http://[::1]/cb',
    'https://localhost/cb',
    'https://127.0.0.1.example.com/cb',
  ])('Hydra takes the redirect URI %s', (uri) => {
    expect(codes({ redirect_uris: [uri] })).toEqual([]);
  });

  it.each(['code', 'state', 'scope', 'error', 'error_description'])(
    'a redirect URI with a parameter %s, which Hydra would replace or repeat, is refused',
    (name) => {
      expect(
        codes({ redirect_uris: ['https://shop.example/cb', `https://shop.example/cb?${name}=1`] }),
      ).toEqual(['/redirect_uris/1 redirect_uri_parameter_reserved']);
    },
  );

  it('a redirect URI with a parameter iss, which Hydra does not set, is taken', () => {
    expect(codes({ redirect_uris: ['https://shop.example/cb?iss=1'] })).toEqual([]);
  });

  it.each([
    ['the hook and the gate', true, HOOKED, []],
    ['the hook alone', false, HOOKED, ['/audiences audience_not_enforceable']],
    ['the gate alone', true, [], ['/audiences audience_not_enforceable']],
    ['neither', false, [], ['/audiences audience_not_enforceable']],
  ] as const)(
    'a client that sends people to Hydra and lists audiences with %s breaks these rules: %s',
    (_, gate, hook, found) => {
      expect(codes({ audiences: ['https://api.example.com'] }, gate, hook)).toEqual(found);
    },
  );

  it('a machine may list audiences with the hook alone: it never comes by the gate', () => {
    const machine: Partial<ClientSettings> = {
      grant_types: ['client_credentials'],
      audiences: ['https://api.example.com'],
    };
    expect(codes(machine, false)).toEqual([]);
    expect(codes(machine, false, [])).toEqual(['/audiences audience_not_enforceable']);
  });

  it('an origin that Hydra reads as a pattern is refused', () => {
    const origins = ['http://[::1]:3000', 'http://127.0.0.1:3000', 'https://app.example.com'];
    expect(codes({ allowed_cors_origins: origins })).toEqual(['/allowed_cors_origins/0 invalid_origin']);
  });
});
