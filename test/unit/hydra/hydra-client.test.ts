import { newSettings, settingsOf } from '../../../src/oauth-clients/model/client-settings.js';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { differencesBetween } from '../../../src/hydra/admin-api/differences.js';
import { markIn, settingsIn, toHydraClient } from '../../../src/hydra/admin-api/hydra-client.js';
import type { Registration } from '../../../src/oauth-clients/model/registration.js';
import { MEMBERS, type ClientMember } from '../../../src/oauth-clients/model/members.js';
import { decoded } from '../../support/hydra/decoded.js';
import { randomSettings } from '../../support/random-settings.js';
import { TERMS } from './stored-client.js';

const REGISTRATION: Registration = {
  ...newSettings({ name: 'Web shop', grant_types: ['authorization_code'] }),
  id: 'the row',
  client_id: 'the client',
  organization_id: 'the organization',
  project_id: 'the project',
  name: 'Web shop',
  description: null,
  redirect_uris: ['https://shop.example/callback?a=%27'],
  grant_types: ['authorization_code'],
  scopes: ['notes:read', 'notes:write'],
  token_endpoint_auth_method: 'client_secret_post',
  pkce_required: true,
  pkce_challenge_method: 'S256',
  trusted: false,
  enabled: true,
  revision: 7,
  deleted: false,
  mode: 'direct',
  key: null,
  secret_id: 'the secret',
  secret_lost: false,
  sealed: null,
  unmanaged: null,
};

const hydraClient = (change: Partial<Registration> = {}) =>
  toHydraClient({ ...REGISTRATION, ...change }, TERMS);

const registrations = randomSettings.map((settings): Registration => ({ ...REGISTRATION, ...settings }));

describe('toHydraClient', () => {
  it('a client is sent to Hydra with all that Hydra has to know, and whose client it is', () => {
    expect(hydraClient()).toEqual({
      client_id: 'the client',
      client_name: 'Web shop',
      owner: 'the project',
      redirect_uris: ['https://shop.example/callback?a=%27'],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      scope: 'notes:read notes:write',
      token_endpoint_auth_method: 'client_secret_post',
      audience: [],
      post_logout_redirect_uris: [],
      allowed_cors_origins: [],
      client_uri: '',
      logo_uri: '',
      policy_uri: '',
      tos_uri: '',
      contacts: [],
      skip_consent: false,
      skip_logout_consent: false,
      metadata: {
        oauth_client_registry: {
          registry: 'the registry',
          id: 'the row',
          organization_id: 'the organization',
          project_id: 'the project',
          revision: 7,
          secret_id: 'the secret',
          mode: 'direct',
          key: null,
          sets: [],
          pkce_required: true,
          pkce_challenge_method: 'S256',
        },
      },
    });
  });

  it('a client without scopes is sent with one that nothing honours, since Hydra would give its defaults', () => {
    expect(hydraClient({ scopes: [] }).scope).toBe('registry:none');
  });

  it.each([
    ['refresh_token', 'offline_access', ['authorization_code', 'refresh_token']],
    ['implicit', 'openid', ['implicit']],
  ] as const)(
    'a client is sent with the scope without which Hydra would not serve %s',
    (_, scope, grant_types) => {
      expect(hydraClient({ scopes: ['a'], grant_types: [...grant_types] }).scope).toBe(`a ${scope}`);
      expect(hydraClient({ scopes: [scope], grant_types: [...grant_types] }).scope).toBe(scope);
    },
  );

  it.each([
    [['authorization_code', 'refresh_token'], ['code']],
    [['implicit'], ['id_token', 'id_token token', 'token']],
    [
      ['authorization_code', 'implicit'],
      ['code', 'id_token', 'id_token token', 'token'],
    ],
    [['client_credentials'], ['disabled']],
  ] as const)(
    'a client is sent with the response types that are derived from %j',
    (grant_types, responseTypes) => {
      expect(hydraClient({ grant_types: [...grant_types] }).response_types).toEqual(responseTypes);
    },
  );

  it('a disabled client is left no grant: empty lists would be the code flow to Hydra', () => {
    expect(hydraClient({ enabled: false })).toMatchObject({
      grant_types: ['disabled'],
      response_types: ['disabled'],
    });
  });

  it('a client of this API, and no other, has its tokens as JWTs for our audience', () => {
    expect(hydraClient({ scopes: ['oauth_clients:read'] })).toMatchObject({
      audience: ['oauth-client-registry'],
      access_token_strategy: 'jwt',
      metadata: { oauth_client_registry: { sets: ['access_token_strategy'] } },
    });
    expect(hydraClient()).not.toHaveProperty('access_token_strategy');
  });

  it('a client in Hydra remembers which lifespans the registry has set, so that they can be given back', () => {
    const client = hydraClient({ refresh_token_lifetime: 3_600 });
    const names = Object.keys(client).filter((name) => name.endsWith('_lifespan'));
    expect(names).toHaveLength(3);
    expect(client).toMatchObject({ metadata: { oauth_client_registry: { sets: names } } });
  });

  it('a trusted client skips consent at Hydra', () => {
    expect(hydraClient({ trusted: true })).toMatchObject({ skip_consent: true, skip_logout_consent: true });
  });
});

/** Of each member another value than that of the client above. */
const OTHERS = {
  name: 'Another',
  description: 'Another',
  redirect_uris: ['https://shop.example/another'],
  grant_types: ['client_credentials'],
  scopes: ['notes:read'],
  trusted: true,
  enabled: false,
  token_endpoint_auth_method: 'client_secret_basic',
  pkce_required: false,
  pkce_challenge_method: null,
  audiences: ['https://api.example.com/orders'],
  post_logout_redirect_uris: ['https://shop.example/out'],
  allowed_cors_origins: ['https://shop.example'],
  client_uri: 'https://shop.example',
  logo_uri: 'https://shop.example/logo.png',
  policy_uri: 'https://shop.example/privacy',
  tos_uri: 'https://shop.example/terms',
  contacts: ['team@shop.example'],
  access_token_lifetime: 60,
  id_token_lifetime: 60,
  refresh_token_lifetime: 60,
} satisfies Record<ClientMember, unknown>;

/** Hydra has no use for them. */
const FOR_THE_REGISTRY_ALONE: readonly ClientMember[] = ['description'];

describe('a change of', () => {
  it.each([...MEMBERS.keys()])(
    'a change of %s is told to Hydra, unless it is for the registry alone',
    (member) => {
      const changed = hydraClient({ [member]: OTHERS[member] });

      expect(isDeepStrictEqual(changed, hydraClient())).toBe(FOR_THE_REGISTRY_ALONE.includes(member));
    },
  );
});

describe('what Hydra holds', () => {
  it('what Hydra holds gives back every member of any client, but for those of the registry alone', () => {
    fc.assert(
      fc.property(registrations, (registration) => {
        const stored = decoded(toHydraClient(registration, TERMS));
        const { description: _, ...told } = settingsOf(registration);

        expect(settingsIn(stored, TERMS)).toEqual({ ...told, description: null });
      }),
      { numRuns: 2_000 },
    );
  });

  it('what Hydra holds of any client is what it is to have, to the last member', () => {
    fc.assert(
      fc.property(registrations, (registration) => {
        const sent = toHydraClient(registration, TERMS);

        expect(differencesBetween(sent, decoded(sent))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

describe('markIn', () => {
  it.each([
    null,
    undefined,
    7,
    'text',
    [],
    {},
    { oauth_client_registry: 'text' },
    { oauth_client_registry: null },
  ])('no mark is found in the metadata %j', (metadata) => {
    expect(markIn({ metadata })).toBeNull();
  });
});
