import fc from 'fast-check';
import { candidateOf, type Candidate, type CandidateContext } from '../../../src/hydra/import/candidate.js';
import { newSettings } from '../../../src/oauth-clients/model/client-settings.js';
import { assignableScopes } from '../../../src/oauth-clients/model/scope.js';
import { PLATFORM_RULES } from '../oauth-clients/platform-rules.js';
import { clientInHydra, TERMS } from './stored-client.js';

const FIRST_PARTY = '11111111-1111-4111-8111-111111111111';
const MAY_ASSIGN = assignableScopes(['openid', 'offline', 'notes:*', 'oauth_clients:*']);
const CONTEXT: CandidateContext = {
  organizationId: 'the organization',
  projectId: 'the project',
  terms: { ...TERMS, mayAssign: MAY_ASSIGN },
  firstPartyClientIds: [FIRST_PARTY],
  rules: {
    ...PLATFORM_RULES,
    trusted_clients_allowed: false,
    mayAssign: MAY_ASSIGN,
    redirectUriSchemes: [],
    serverViolations: () => [],
  },
};
const WEB = {
  client_name: 'Web shop',
  grant_types: ['authorization_code'],
  response_types: ['code'],
  redirect_uris: ['https://shop.example/callback'],
  scope: 'notes:read',
};

const ID_TOKEN_LIFESPANS = Object.fromEntries(
  ['authorization_code', 'device_authorization', 'implicit', 'refresh_token'].map((grant) => [
    `${grant}_grant_id_token_lifespan`,
    '1h0m0s',
  ]),
);

const candidate = (members: Record<string, unknown> = {}): Candidate =>
  candidateOf(clientInHydra({ ...WEB, ...members }), CONTEXT, { anyClientId: false });
const membersOf = (differences: Candidate['erased']): string[] => differences.map(({ member }) => member);
const rulesOf = ({ violations }: Candidate): string[] =>
  violations.map(({ pointer, code }) => `${pointer} ${code}`);

describe('a client of Hydra as a candidate for the registry', () => {
  it('an imported client becomes what it is in Hydra, without objection', () => {
    const { settings, obstacles, erased, changed, violations } = candidate();
    expect(settings).toEqual({
      ...newSettings({ name: 'Web shop', grant_types: ['authorization_code'] }),
      name: 'Web shop',
      description: null,
      redirect_uris: ['https://shop.example/callback'],
      grant_types: ['authorization_code'],
      scopes: ['notes:read'],
      trusted: false,
      enabled: true,
      token_endpoint_auth_method: 'client_secret_basic',
      pkce_required: false,
      pkce_challenge_method: null,
    });
    expect({ obstacles, erased, changed, violations }).toEqual({
      obstacles: [],
      erased: [],
      changed: [],
      violations: [],
    });
  });

  describe('when members are empty, or not the registry’s own', () => {
    it.each([
      ['its id for a name', { client_name: ' ' }, { name: clientInHydra().client_id }],
      ['a name of 128 characters', { client_name: '😀'.repeat(129) }, { name: '😀'.repeat(128) }],
      ['the code flow for no grant', { grant_types: [] }, { grant_types: ['authorization_code'] }],
      [
        'a secret for no method',
        { token_endpoint_auth_method: '' },
        { token_endpoint_auth_method: 'client_secret_basic' },
      ],
      ['no scope for the reserved one', { scope: 'registry:none' }, { scopes: [] }],
      ['each scope once', { scope: 'notes:a  notes:b notes:a' }, { scopes: ['notes:a', 'notes:b'] }],
      ['trust for skipped consent', { skip_consent: true }, { trusted: true }],
    ])('an imported client gets %s', (_, members, settings) => {
      expect(candidate(members).settings).toMatchObject(settings);
    });

    it.each([
      ...[...'\u200B\u3164\u2800', '\u0301'.repeat(100), '\u202E\n'].map((name) => [
        name,
        clientInHydra().client_id,
      ]),
      ['W\u200Be\u00ADb', 'Web'],
      ['Web\u202Eshop\u202C', 'Web shop'],
      ['Web\r\nshop\n', 'Web shop'],
      [`We${'\u0301'.repeat(100)}b`, `We${'\u0301'.repeat(4)}b`],
      [' Z\u0311\u036B\u0343\u036A \u200Fשלום ❤️', ' Z\u0311\u036B\u0343\u036A \u200Fשלום ❤️'],
    ])('an imported client gets a name that people can read: %j becomes %j', (client_name, name) => {
      expect(candidate({ client_name }).settings.name).toBe(name);
    });

    it('an imported client gets a name that the API would take, whatever Hydra has, and the import says so', () => {
      const odd = fc.constantFrom(
        '\u0301',
        '\u034F',
        '\u200B',
        '\u200D',
        '\u3164',
        '\u202E',
        '\n',
        '\uD800',
        'a',
      );
      const name = fc.string({
        unit: fc.oneof(odd, fc.string({ unit: 'binary', maxLength: 1 })),
        maxLength: 300,
      });
      fc.assert(
        fc.property(name, (client_name) => {
          const { settings, violations, changed } = candidate({ client_name });
          expect(violations).toEqual([]);
          expect(membersOf(changed)).toEqual(settings.name === client_name ? [] : ['client_name']);
        }),
      );
    });

    it('an imported client keeps what it says to people and browsers, and lifetimes that all its grants share', () => {
      const members = {
        logo_uri: 'https://shop.example/logo',
        contacts: ['a@example.com'],
        post_logout_redirect_uris: ['https://shop.example/out'],
        allowed_cors_origins: ['https://shop.example'],
        audience: ['https://api.example.com/orders'],
      };
      const { settings, erased } = candidate({ ...members, ...ID_TOKEN_LIFESPANS });
      const { audience, ...kept } = members;
      expect(settings).toMatchObject({ ...kept, audiences: audience, id_token_lifetime: 3_600 });
      expect(erased).toEqual([]);
    });

    it('an imported client gets the grants back that it had when this registry disabled it', () => {
      const mark = { registry: 'the registry', grant_types: ['client_credentials'] };
      const disabled = { grant_types: ['disabled'], response_types: ['disabled'] };
      const { settings, obstacles } = candidate({ ...disabled, metadata: { oauth_client_registry: mark } });
      expect([settings.enabled, settings.grant_types, obstacles]).toEqual([
        false,
        ['client_credentials'],
        [],
      ]);
    });

    it('an imported client gets PKCE when it has no secret and the code flow', () => {
      const pkce = { pkce_required: true, pkce_challenge_method: 'S256' };
      expect(candidate({ token_endpoint_auth_method: 'none' }).settings).toMatchObject(pkce);
      const implicit = { token_endpoint_auth_method: 'none', grant_types: ['implicit'] };
      expect(candidate(implicit).settings).toMatchObject({
        pkce_required: false,
        pkce_challenge_method: null,
      });
    });

    it('an imported client keeps the PKCE that this registry demanded of it before', () => {
      const mark = { registry: 'the registry', pkce_required: true };
      const { settings, obstacles } = candidate({ metadata: { oauth_client_registry: mark } });
      expect([settings.pkce_required, obstacles]).toEqual([true, []]);
    });
  });

  describe('when the registry could not keep it', () => {
    it.each([
      ['--any-client-id', { client_id: 'shop' }],
      ['--any-client-id', { client_id: '5F0C2B9E-3D1A-4C47-9A55-0D6F3F1F7F10' }],
      ['client_id is not of 1 to 255', { client_id: 'shop window' }],
      ['client_id is not of 1 to 255', { client_id: 'x'.repeat(256) }],
      ['client_id is not of 1 to 255', { client_id: 'sh\u00f6p' }],
      ['FIRST_PARTY_CLIENT_IDS', { client_id: FIRST_PARTY }],
      ['another registry', { metadata: { oauth_client_registry: { registry: 'another' } } }],
      ['another registry', { metadata: { oauth_client_registry: {} } }],
      ['grant type "disabled"', { grant_types: ['disabled'] }],
      ['grant type', { grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:jwt-bearer'] }],
      ['response type "code id_token"', { response_types: ['code id_token'] }],
      ['response type "ID_TOKEN code"', { response_types: ['code', 'ID_TOKEN code'] }],
      [
        'response type "token code"',
        { grant_types: ['authorization_code', 'implicit'], response_types: ['token code'] },
      ],
      ['token_endpoint_auth_method "private_key_jwt"', { token_endpoint_auth_method: 'private_key_jwt' }],
      ['reserved scopes: "registry:admin"', { scope: 'notes:read registry:admin' }],
      ['reserved scopes: "oauth_clients:all"', { scope: 'oauth_clients:all' }],
      [
        'not assignable: "payments", "offline_access"; list them',
        { scope: 'notes:read payments offline_access' },
      ],
      ["this API's audience", { audience: ['oauth-client-registry'] }],
      [
        'audiences that are not assignable: "another API"; list them',
        { audience: ['another API', 'orders'] },
      ],
      [
        'more redirect_uris than',
        { redirect_uris: Array.from({ length: 51 }, (_, n) => `https://a.example/${n}`) },
      ],
      ['more scopes than', { scope: Array.from({ length: 101 }, (_, n) => `notes:${n}`).join(' ') }],
    ])(
      'a client of Hydra that the registry could not keep is refused, with %s in the reason',
      (word, members) => {
        expect(candidate(members).obstacles).toEqual([expect.stringContaining(word)]);
      },
    );

    it('an imported client may have the words of a response type in any order', () => {
      const members = { grant_types: ['implicit'], response_types: ['token id_token', 'id_token'] };
      expect(candidate(members).obstacles).toEqual([]);
    });
  });

  describe('when Hydra would be told something else of it', () => {
    it.each([
      ['access_token_strategy', 'opaque'],
      ['authorization_code_grant_access_token_lifespan', '1h0m0s'],
      ['userinfo_signed_response_alg', 'RS256'],
      ['subject_type', 'pairwise'],
      ['metadata', { team: 'shop' }],
    ])('an imported client keeps %s %j, which is not the registry’s', (member, value) => {
      const { erased, changed, known } = candidate({ [member]: value });
      expect({ erased, changed, unmanaged: known.unmanaged }).toEqual({
        erased: [],
        changed: [],
        unmanaged: { [member]: value },
      });
    });

    it.each([
      ['metadata', ['a list']],
      ['metadata', 'a text'],
    ])('an import says that %s %j would be erased', (member, value) => {
      expect(membersOf(candidate({ [member]: value }).erased)).toEqual([member]);
    });

    it.each([
      ['of a grant that it lacks', { grant_types: ['client_credentials'], response_types: ['token'] }],
      ['of one of two grants', { response_types: ['code', 'code token', 'code id_token token'] }],
      ['of no grant at all', { response_types: ['code', 'refresh_token', 'none'] }],
    ])('an import drops response types %s, and says so', (_, members) => {
      const { obstacles, erased, changed } = candidate(members);
      expect([obstacles, erased, membersOf(changed)]).toEqual([[], [], ['response_types']]);
    });

    it('an imported client keeps the trust that its organization may not give, which is said to have no effect', () => {
      const { settings, obstacles, erased, changed, violations } = candidate({ skip_consent: true });
      expect([settings.trusted, obstacles, erased, membersOf(changed)]).toEqual([
        true,
        [],
        [],
        ['skip_consent'],
      ]);
      expect(violations.map(({ code }) => code)).toEqual(['trusted_clients_not_allowed']);
    });

    it('an import says that people would be asked before they are signed out', () => {
      expect(membersOf(candidate({ skip_logout_consent: true }).changed)).toEqual(['skip_logout_consent']);
    });

    it('an import tells what a client would gain, or lose without noticing, as a change', () => {
      const members = {
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code', 'id_token'],
        scope: 'openid offline oauth_clients:read',
        client_name: '',
      };
      const { erased, changed } = candidate(members);
      expect(erased).toEqual([]);
      expect(membersOf(changed).toSorted()).toEqual([
        'access_token_strategy',
        'audience',
        'client_name',
        'response_types',
        'scope',
      ]);
    });

    it('an import finds no change in saying what nothing stands for, or in a new owner', () => {
      const { erased, changed } = candidate({ grant_types: [], response_types: [], owner: 'somebody' });
      expect([erased, changed]).toEqual([[], []]);
    });
  });

  it('an imported client may have an id that is no UUID, where that is asked for', () => {
    const ids = ['tokyo', 'TESTING_CLIENT', 'https://app.example/client', 'a.b~c:d/e@f+g-h', 'x'.repeat(255)];
    const obstacles = ids.flatMap(
      (client_id) =>
        candidateOf(clientInHydra({ ...WEB, client_id }), CONTEXT, { anyClientId: true }).obstacles,
    );
    expect(obstacles).toEqual([]);
  });

  it('an import tells every rule and bound that a client breaks', () => {
    const members = {
      grant_types: ['refresh_token', 'client_credentials'],
      redirect_uris: ['http://shop.example/', `https://shop.example/${'x'.repeat(2_048)}`],
      scope: `notes:* other notes:${'x'.repeat(256)}`,
      skip_consent: true,
      token_endpoint_auth_method: 'none',
    };
    expect(rulesOf(candidate(members)).toSorted()).toEqual([
      '/grant_types refresh_token_without_authorization_code',
      '/redirect_uris/0 redirect_uri_http_not_loopback',
      '/redirect_uris/1 redirect_uri_too_long',
      '/scopes/0 scope_has_wildcard',
      '/scopes/1 scope_not_assignable',
      '/scopes/2 too_long',
      '/token_endpoint_auth_method client_credentials_without_secret',
      '/trusted trusted_clients_not_allowed',
    ]);
  });
});
