import { differencesBetween } from '../../../src/hydra/admin-api/differences.js';
import { toHydraClient } from '../../../src/hydra/admin-api/hydra-client.js';
import { clientInHydra, REGISTRATION, TERMS } from './stored-client.js';

const expected = toHydraClient(REGISTRATION, TERMS);
const mark = expected.metadata.oauth_client_registry;

const differences = (change: Record<string, unknown>) =>
  differencesBetween(expected, clientInHydra({ ...expected, ...change }));

describe('differencesBetween', () => {
  it('no difference is found in what Hydra gives back of what it was sent', () => {
    expect(differences({})).toEqual([]);
  });

  it.each([
    ['skip_consent', null],
    ['skip_logout_consent', null],
    ['audience', null],
    ['allowed_cors_origins', null],
    ['created_at', '2020-01-01T00:00:00Z'],
    ['updated_at', '2020-01-01T00:00:00Z'],
    ['client_secret_expires_at', 1],
    ['registration_client_uri', 'https://hydra.example/oauth2/register/'],
  ])('a client in Hydra counts as the same in %s when that is %j', (member, value) => {
    expect(differences({ [member]: value })).toEqual([]);
  });

  it.each([
    ['redirect_uris', ['https://shop.example/callback', 'https://evil.example/']],
    ['redirect_uris', []],
    ['grant_types', ['authorization_code', 'client_credentials']],
    ['response_types', ['code', 'id_token']],
    ['scope', 'notes:read admin'],
    ['token_endpoint_auth_method', 'none'],
    ['skip_consent', true],
    ['audience', ['oauth-client-registry']],
    ['allowed_cors_origins', ['https://evil.example']],
    ['post_logout_redirect_uris', ['https://evil.example/']],
    ['client_uri', 'https://evil.example'],
    ['logo_uri', 'https://evil.example/logo.png'],
    ['policy_uri', 'https://evil.example/privacy'],
    ['tos_uri', 'https://evil.example/terms'],
    ['contacts', ['evil@evil.example']],
  ])('a client in Hydra is told to differ in %s when that is %j', (member, value) => {
    const [found, ...more] = differences({ [member]: value });
    expect(more).toEqual([]);
    expect(found).toMatchObject({ member, found: value });
  });

  it.each([
    ['registry', 'another registry'],
    ['id', 'another row'],
    ['revision', 6],
    ['secret_id', null],
    ['pkce_required', false],
    ['added', true],
  ])('a client in Hydra is told to differ in %s of its mark when that is %j', (member, value) => {
    const metadata = { oauth_client_registry: { ...mark, [member]: value } };
    expect(differences({ metadata })).toEqual([
      {
        member: `metadata.oauth_client_registry.${member}`,
        expected: Object.entries(mark).find(([name]) => name === member)?.[1],
        found: value,
      },
    ]);
  });

  it.each([
    ['subject_type', 'pairwise'],
    ['userinfo_signed_response_alg', 'RS256'],
    ['jwks_uri', 'https://shop.example/keys'],
    ['backchannel_logout_uri', 'https://shop.example/logout'],
    ['access_token_strategy', 'opaque'],
    ['client_credentials_grant_access_token_lifespan', '1h0m0s'],
    ['metadata', { ...expected.metadata, team: { name: 'x' } }],
    ['a_member_of_a_later_hydra', 'value'],
  ])('the comparison with Hydra leaves %s to whoever has set it', (member, value) => {
    expect(differences({ [member]: value })).toEqual([]);
  });

  it('the comparison with Hydra tells of each lifespan of a lifetime that is set', () => {
    const lifetimes = { access_token_lifetime: 60, id_token_lifetime: 70, refresh_token_lifetime: 80 };
    const caller = toHydraClient({ ...REGISTRATION, ...lifetimes }, TERMS);
    const names = Object.keys(caller).filter((name) => name.endsWith('_lifespan'));
    const told = names.map((name) =>
      differencesBetween(caller, clientInHydra({ ...caller, [name]: '1h0m0s' })),
    );

    expect(told.map((found) => found.map(({ member }) => member))).toEqual(names.map((name) => [name]));
    expect(names).toHaveLength(13);
  });

  it('the comparison with Hydra tells of a member that is the registry’s while the registry sets it', () => {
    const caller = toHydraClient({ ...REGISTRATION, scopes: ['oauth_clients:read'] }, TERMS);
    const stored = clientInHydra({ ...caller, access_token_strategy: 'opaque' });
    expect(differencesBetween(caller, stored)).toEqual([
      { member: 'access_token_strategy', expected: 'jwt', found: 'opaque' },
    ]);
  });

  it.each([[null], ['text'], [7], [[1, 2]], [{ oauth_client_registry: 'text' }]])(
    'the comparison with Hydra survives %j as metadata, and misses its mark',
    (metadata) => {
      const members = differences({ metadata }).map(({ member }) => member);
      expect(members).toContain('metadata.oauth_client_registry.registry');
    },
  );
});
