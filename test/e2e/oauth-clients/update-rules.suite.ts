import type { ProblemDto } from '../../../src/problem-details/problem.dto.js';
import { CALLBACK, expectRefusedUpdate, LEGACY, MACHINE, NATIVE, stateOf, WEB } from './support.js';
import { useRegistry } from '../../support/use-registry.js';

/** Each in one list, so that one answer must find them all at their places. */
const UNSAFE_REDIRECT_URIS = {
  '': 'scheme_missing',
  '/callback': 'scheme_missing',
  'http://shop.example.com/callback': 'http_not_loopback',
  'http://localhost.example.com/': 'http_not_loopback',
  'HTTPS://shop.example.com/': 'scheme_upper_case',
  'https://Shop.example.com/': 'host_upper_case',
  'https://shop.example.com/#here': 'has_fragment',
  'https://user@shop.example.com/': 'has_user',
  'https://*.example.com/': 'has_wildcard',
  'https://shop.example.com/*': 'has_wildcard',
  'https://shop.example.com:0/': 'port_malformed',
  'https://shop.example.com:65536/': 'port_malformed',
  'https://shop.example.com/a/../b': 'has_dot_segments',
  'https://shop.example.com/%2e%2e/b': 'has_dot_segments',
  'https://shop.example.com/%00': 'has_controls',
  'https://shop.example.com/%ff': 'not_utf8',
  'https://shop.example.com/a b': 'has_blank',
  'https://shop.example.com/{tenant}': 'has_template',
  'https://shöp.example.com/': 'host_not_ascii',
  'https://127.1/': 'host_malformed',
  'https://shop.example.com\\@evil.example/': 'has_backslash',
  'https://shop.example.com/?a=1;b=2': 'has_semicolon',
  'javascript:alert(1)': 'scheme_forbidden',
  'data:text/html,x': 'scheme_forbidden',
  'myapp:/callback': 'scheme_not_listed',
  'com.exam_ple:/callback': 'scheme_underscore',
  'com.example.app:callback': 'target_missing',
};

/** Text in double quotes is the page's own: spec/update-oauth-client.txt. */
describe('PATCH /oauth-clients/{id} refuses with 422 and changes nothing at all', () => {
  const { registry, calls } = useRegistry();

  async function expectRefused(stored: object, patch: object, violations: readonly string[]): Promise<void> {
    const { body: client } = await calls.create(stored);
    await expectRefusedUpdate(registry, calls, client.id, patch, violations);
  }

  describe('"Grant types cannot be changed after creation", neither are they "replaced with this list"', () => {
    const GRANTS = ['authorization_code', 'refresh_token'];
    it.each([
      ['one more', [...GRANTS, 'implicit']],
      ['one fewer', ['authorization_code']],
      ['another of the same number', ['authorization_code', 'implicit']],
      ['one twice instead of both', ['authorization_code', 'authorization_code']],
      ['all of them and one twice', [...GRANTS, 'refresh_token']],
      ['none', []],
    ])('PATCH refuses other grant types: %s', (_, grant_types) =>
      expectRefused({ ...WEB, grant_types: GRANTS }, { grant_types, name: 'Not this either' }, [
        '/grant_types grant_types_immutable',
      ]),
    );

    it('PATCH refuses other grant types even when the change would otherwise suit PKCE and the redirect URIs', () =>
      expectRefused(MACHINE, { grant_types: ['authorization_code'], redirect_uris: [CALLBACK] }, [
        '/grant_types grant_types_immutable',
      ]));
  });

  const refusals: [rule: string, stored: object, patch: object, ...violations: string[]][] = [
    [
      'PKCE is "only applicable when authorization_code is included in grant_types"',
      MACHINE,
      { pkce_required: true },
      '/pkce_required pkce_not_applicable',
    ],
    [
      'PKCE on a client with implicit alone',
      LEGACY,
      { pkce_required: true, pkce_challenge_method: 'S256' },
      '/pkce_required pkce_not_applicable',
    ],
    [
      'the challenge method "only applies when PKCE is required"',
      WEB,
      { pkce_challenge_method: 'S256' },
      '/pkce_challenge_method pkce_challenge_method_not_applicable',
    ],
    [
      'a challenge method in the call that turns PKCE off',
      { ...WEB, pkce_required: true },
      { pkce_required: false, pkce_challenge_method: 'S256' },
      '/pkce_challenge_method pkce_challenge_method_not_applicable',
    ],
    [
      'PKCE off for a public client: none is "required for public clients using PKCE"',
      NATIVE,
      { pkce_required: false },
      '/pkce_required pkce_required_for_public_client',
    ],
    [
      'PKCE off in the call that makes the client public',
      { ...WEB, pkce_required: true },
      { token_endpoint_auth_method: 'none', pkce_required: false },
      '/pkce_required pkce_required_for_public_client',
    ],
    [
      'no authentication with client_credentials, which is "for server-to-server API access"',
      MACHINE,
      { token_endpoint_auth_method: 'none' },
      '/token_endpoint_auth_method client_credentials_without_secret',
    ],
    [
      'redirect URIs are "required for authorization code"',
      WEB,
      { redirect_uris: [] },
      '/redirect_uris redirect_uris_required',
    ],
    [
      'redirect URIs are required for "implicit flows"',
      LEGACY,
      { redirect_uris: [] },
      '/redirect_uris redirect_uris_required',
    ],
    ['a redirect URI twice', WEB, { redirect_uris: [CALLBACK, CALLBACK] }, '/redirect_uris/1 duplicate'],
    [
      'a scheme without a dot that nobody has listed',
      WEB,
      { redirect_uris: [CALLBACK, 'cursor://callback'] },
      '/redirect_uris/1 redirect_uri_scheme_not_listed',
    ],
    [
      'a redirect URI that the authorization server cannot serve',
      WEB,
      { redirect_uris: [CALLBACK, `${CALLBACK}?state=mine`] },
      '/redirect_uris/1 redirect_uri_parameter_reserved',
    ],
    ['a scope twice', WEB, { scopes: ['a', 'b', 'a'] }, '/scopes/2 duplicate'],
    [
      'scopes outside the grammar of RFC 6749',
      WEB,
      { scopes: ['a b', 'openid', '', 'é', 'a"', 'a\\'] },
      ...[0, 2, 3, 4, 5].map((index) => `/scopes/${index} invalid_scope`),
    ],
    [
      'wildcard scopes',
      WEB,
      { scopes: ['*', 'orders:*'] },
      '/scopes/0 scope_has_wildcard',
      '/scopes/1 scope_has_wildcard',
    ],
    [
      'scopes that are reserved or unknown here',
      WEB,
      { scopes: ['registry:admin', 'registry:x', 'oauth_clients:delete'] },
      ...[0, 1, 2].map((index) => `/scopes/${index} scope_not_assignable`),
    ],
    [
      'every rule at once, the good members of the call too',
      MACHINE,
      {
        name: 'Good name',
        grant_types: ['implicit'],
        token_endpoint_auth_method: 'none',
        pkce_required: true,
        redirect_uris: ['x:/'],
        scopes: ['*', '*'],
        trusted: false,
      },
      '/grant_types grant_types_immutable',
      '/token_endpoint_auth_method client_credentials_without_secret',
      '/pkce_required pkce_not_applicable',
      '/redirect_uris/0 redirect_uri_scheme_not_listed',
      '/scopes/0 scope_has_wildcard',
      '/scopes/1 scope_has_wildcard',
      '/scopes/1 duplicate',
    ],
  ];
  it.each(refusals.map(([rule, stored, patch, ...violations]) => ({ rule, stored, patch, violations })))(
    'PATCH refuses with 422 and changes nothing: $rule',
    ({ stored, patch, violations }) => expectRefused(stored, patch, violations),
  );

  it('PATCH refuses every unsafe redirect URI, each at its place: "Must be exact matches", "Must use HTTPS"', () =>
    expectRefused(
      NATIVE,
      { redirect_uris: Object.keys(UNSAFE_REDIRECT_URIS) },
      Object.values(UNSAFE_REDIRECT_URIS).map(
        (code, index) => `/redirect_uris/${index} redirect_uri_${code}`,
      ),
    ));

  it('PATCH refuses each unsafe redirect URI with a text that ends in one that is accepted', async () => {
    const { body: client } = await calls.create(NATIVE);
    const refused = await calls.update(client.id, { redirect_uris: Object.keys(UNSAFE_REDIRECT_URIS) });
    // The call is typed by its success, and this is a refusal.
    const { errors = [] } = refused.body as unknown as ProblemDto;
    const redirect_uris = [...new Set(errors.map(({ detail }) => / Try "(.*)"\.$/.exec(detail)?.[1]))];
    expect(await calls.update(client.id, { redirect_uris })).toMatchObject({
      status: 200,
      body: { redirect_uris },
    });
  });

  it('the answer to a refused PATCH repeats nothing of what was sent', async () => {
    const { body: client } = await calls.create(WEB);
    const answer = await calls.update(client.id, {
      redirect_uris: ['https://user:hunter2@shop.example.com/'],
      scopes: ['hunter2 hunter2'],
    });
    expect(answer.status).toBe(422);
    expect(answer.text).not.toContain('hunter2');
  });

  it('PATCH refuses what breaks a rule only together with the stored client', async () => {
    const { body: client } = await calls.create({ ...WEB, redirect_uris: ['http://localhost/'] });
    await calls.update(client.id, { pkce_required: true, token_endpoint_auth_method: 'none' });
    await expectRefusedUpdate(registry, calls, client.id, { pkce_required: false }, [
      '/pkce_required pkce_required_for_public_client',
    ]);
    expect((await stateOf(registry, client.id)).client).toMatchObject({ revision: 2 });
  });
});
