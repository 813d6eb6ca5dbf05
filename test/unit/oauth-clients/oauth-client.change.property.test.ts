import fc from 'fast-check';
import { changedClient, newClient } from '../../../src/oauth-clients/model/judge.js';
import type { ClientPatch, ClientSettings } from '../../../src/oauth-clients/model/client-settings.js';
import type { RuleContext } from '../../../src/oauth-clients/model/oauth-client.rules.js';
import {
  GRANT_TYPES,
  PKCE_CHALLENGE_METHODS,
  TOKEN_ENDPOINT_AUTH_METHODS,
} from '../../../src/oauth-clients/model/oauth-client.vocabulary.js';

const SAFE_URIS = ['https://a.example/cb', 'http://localhost:3000/cb'];
const PRIVATE_URIS = ['com.example.app:/cb'];
const UNSAFE_URIS = ['http://a.example/cb', 'javascript:alert(1)', 'https://a.example/#'];
const SCOPES = ['openid', 'orders:read'];
const WITHHELD = ['registry:admin'];
const MALFORMED = ['a b', '*'];

const refusal = { pointer: '/enabled', code: 'not_supported', detail: 'Not served.' };

/** The contract, said a second time and in another way: what holds for every client the registry stores. */
function holds(client: ClientSettings, stored: ClientSettings | null, context: RuleContext): boolean {
  const grants = new Set(client.grantTypes);
  const isPublic = client.tokenEndpointAuthMethod === 'none';
  const uris = isPublic ? [...SAFE_URIS, ...PRIVATE_URIS] : SAFE_URIS;
  const scopes = [...SCOPES, ...(stored?.scopes ?? [])];
  return [
    grants.size === client.grantTypes.length,
    grants.has('authorization_code') || !grants.has('refresh_token'),
    !(isPublic && grants.has('client_credentials')),
    client.pkceRequired ? grants.has('authorization_code') : !(isPublic && grants.has('authorization_code')),
    client.pkceRequired === (client.pkceChallengeMethod !== null),
    client.redirectUris.length > 0 || !(grants.has('authorization_code') || grants.has('implicit')),
    client.redirectUris.every((uri) => uris.includes(uri)),
    new Set(client.redirectUris).size === client.redirectUris.length,
    client.scopes.every((scope) => scopes.includes(scope)),
    new Set(client.scopes).size === client.scopes.length,
    !client.trusted || context.trustedClientsAllowed || stored?.trusted === true,
    client.description !== '',
  ].every(Boolean);
}

const members = {
  name: fc.constantFrom('A', 'B'),
  description: fc.constantFrom('', 'text'),
  redirectUris: fc.array(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...SAFE_URIS, ...PRIVATE_URIS) },
      fc.constantFrom(...UNSAFE_URIS),
    ),
    { maxLength: 3 },
  ),
  grantTypes: fc.oneof(
    fc.subarray([...GRANT_TYPES]),
    fc.array(fc.constantFrom(...GRANT_TYPES), { maxLength: 4 }),
  ),
  scopes: fc.array(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...SCOPES) },
      fc.constantFrom(...WITHHELD, ...MALFORMED),
    ),
    { maxLength: 3 },
  ),
  trusted: fc.boolean(),
  enabled: fc.boolean(),
  tokenEndpointAuthMethod: fc.constantFrom(...TOKEN_ENDPOINT_AUTH_METHODS),
  pkceRequired: fc.boolean(),
  pkceChallengeMethod: fc.constantFrom(...PKCE_CHALLENGE_METHODS),
};
const patches: fc.Arbitrary<ClientPatch> = fc.oneof(
  fc.record(members, { requiredKeys: [] }),
  ...Object.entries(members).map(([member, values]) =>
    (values as fc.Arbitrary<unknown>).map((value) => ({ [member]: value })),
  ),
);
const newClients = fc.record(members, { requiredKeys: ['name', 'grantTypes'] });

const contexts: fc.Arbitrary<RuleContext> = fc.boolean().map((trustedClientsAllowed) => ({
  trustedClientsAllowed,
  mayAssign: (scope) => SCOPES.includes(scope),
  serverRefusals: () => [],
}));

/** Valid clients, by repairing arbitrary ones: filtering would leave hardly any with several grant types. */
const storedClients: fc.Arbitrary<ClientSettings> = fc
  .record({
    ...members,
    description: fc.constantFrom(null, 'text'),
    grantTypes: fc.shuffledSubarray([...GRANT_TYPES], { minLength: 1 }),
    redirectUris: fc.subarray(SAFE_URIS, { minLength: 1 }),
    scopes: fc.subarray([...SCOPES, ...WITHHELD]),
    privateUris: fc.subarray(PRIVATE_URIS),
  })
  .map(({ privateUris, ...client }) => {
    const hasCode = client.grantTypes.includes('authorization_code');
    const grantTypes = client.grantTypes.filter((grant) => grant !== 'refresh_token' || hasCode);
    const isMachine = grantTypes.includes('client_credentials');
    const isPublic = client.tokenEndpointAuthMethod === 'none' && !isMachine;
    const pkceRequired = hasCode && (isPublic || client.pkceRequired);
    return {
      ...client,
      grantTypes: grantTypes.length > 0 ? grantTypes : ['implicit' as const],
      tokenEndpointAuthMethod:
        client.tokenEndpointAuthMethod === 'none' && isMachine
          ? 'client_secret_basic'
          : client.tokenEndpointAuthMethod,
      redirectUris: isPublic ? [...privateUris, ...client.redirectUris] : client.redirectUris,
      pkceRequired,
      pkceChallengeMethod: pkceRequired ? client.pkceChallengeMethod : null,
    };
  });

const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.toSorted().join(' ') === b.toSorted().join(' ');

describe('any patch of any valid client', () => {
  it('starts from clients that keep the contract, and is accepted often enough to mean something', () => {
    const samples = fc.sample(fc.tuple(storedClients, patches, contexts), 2_000);
    expect(samples.every(([stored, , context]) => holds(stored, stored, context))).toBe(true);
    const accepted = samples.filter((sample) => changedClient(...sample).violations.length === 0);
    expect(accepted.length).toBeGreaterThan(400);
    expect(accepted.length).toBeLessThan(1_600);
  });

  it('is refused exactly when the merged client would break the contract or its grant types would change', () => {
    fc.assert(
      fc.property(storedClients, patches, contexts, (stored, patch, context) => {
        const { settings, violations } = changedClient(stored, patch, context);
        const keepsGrants = sameSet(patch.grantTypes ?? stored.grantTypes, stored.grantTypes);
        expect(violations.length === 0).toBe(holds(settings, stored, context) && keepsGrants);
      }),
      { numRuns: 3_000 },
    );
  });

  it('sets what was sent, leaves what was not, and derives nothing but PKCE', () => {
    fc.assert(
      fc.property(storedClients, patches, contexts, (stored, patch, context) => {
        const { pkceRequired, pkceChallengeMethod, ...settings } = changedClient(
          stored,
          patch,
          context,
        ).settings;
        const {
          pkceRequired: _required,
          pkceChallengeMethod: _method,
          ...expected
        } = { ...stored, ...patch };
        expect(settings).toEqual({
          ...expected,
          description: expected.description || null,
          grantTypes: stored.grantTypes,
        });
        expect({ pkceRequired, pkceChallengeMethod }).toMatchObject(pkceOf(patch));
      }),
      { numRuns: 1_000 },
    );
  });

  it('never takes PKCE from a client unless it says so', () => {
    fc.assert(
      fc.property(storedClients, patches, contexts, (stored, patch, context) => {
        const { settings } = changedClient(stored, patch, context);
        expect(settings.pkceRequired || !stored.pkceRequired || patch.pkceRequired === false).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('changes nothing more when it is sent again', () => {
    fc.assert(
      fc.property(storedClients, patches, contexts, (stored, patch, context) => {
        const first = changedClient(stored, patch, context);
        if (first.violations.length > 0) return;
        expect(changedClient(first.settings, patch, context)).toEqual(first);
      }),
      { numRuns: 1_000 },
    );
  });

  it('points each violation at a member of the request, and into the list it has', () => {
    fc.assert(
      fc.property(storedClients, patches, contexts, (stored, patch, context) => {
        const { settings, violations } = changedClient(stored, patch, context);
        const lists = { redirect_uris: settings.redirectUris, scopes: settings.scopes };
        const wholes = ['grant_types', 'redirect_uris', 'trusted', 'token_endpoint_auth_method'];
        const allowed = [
          ...[...wholes, 'pkce_required', 'pkce_challenge_method'].map((member) => `/${member}`),
          ...Object.entries(lists).flatMap(([member, list]) => list.map((_, index) => `/${member}/${index}`)),
        ];
        expect(violations.filter(({ pointer }) => !allowed.includes(pointer))).toEqual([]);
        expect(violations.filter(({ code }) => !/^[a-z]+(_[a-z]+)*$/.test(code))).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });

  it('can always rename, whatever rules the stored client breaks', () => {
    const broken: fc.Arbitrary<ClientSettings> = fc.record({
      ...members,
      pkceChallengeMethod: fc.constantFrom('S256', 'plain', null),
      grantTypes: fc.shuffledSubarray([...GRANT_TYPES], { minLength: 1 }),
      description: fc.constantFrom(null, 'text'),
    });
    const narrow = { trustedClientsAllowed: false, mayAssign: () => false, serverRefusals: () => [refusal] };
    fc.assert(
      fc.property(broken, (stored) => {
        expect(changedClient(stored, { name: 'renamed' }, narrow).violations).toEqual([]);
        expect(changedClient(stored, { ...stored, name: 'renamed' }, narrow).violations).toEqual([]);
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('any new client', () => {
  it('is refused exactly when it would break the contract', () => {
    fc.assert(
      fc.property(newClients, contexts, (sent, context) => {
        const { settings, violations } = newClient(sent, context);
        expect(violations.length === 0).toBe(holds(settings, null, context));
        expect(settings).toMatchObject(pkceOf(sent));
      }),
      { numRuns: 3_000 },
    );
  });

  it('can be sent its own settings as a patch, which changes nothing', () => {
    fc.assert(
      fc.property(newClients, contexts, (sent, context) => {
        const created = newClient(sent, context);
        if (created.violations.length > 0) return;
        expect(changedClient(created.settings, created.settings, context)).toEqual(created);
      }),
      { numRuns: 1_000 },
    );
  });
});

/** The PKCE members that were sent. */
function pkceOf({ pkceRequired, pkceChallengeMethod }: ClientPatch): ClientPatch {
  return {
    ...(pkceRequired === undefined ? {} : { pkceRequired }),
    ...(pkceChallengeMethod === undefined ? {} : { pkceChallengeMethod }),
  };
}
