import fc from 'fast-check';
import { changedClient, newClient } from '../../../src/oauth-clients/model/judged-client.js';
import type { ClientPatch } from '../../../src/oauth-clients/model/client-settings.js';
import type { ClientSettings } from '../../../src/oauth-clients/model/members.js';
import { newSettings } from '../../../src/oauth-clients/model/client-settings.js';
import type { RuleContext } from '../../../src/oauth-clients/model/rule.js';
import { PLATFORM_RULES } from './platform-rules.js';
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

const refusal = { pointer: '/enabled', code: 'not_allowed', detail: 'Not served.' } as const;

/** The contract, said a second time and in another way: what holds for every client the registry stores. */
function holds(client: ClientSettings, stored: ClientSettings | null, context: RuleContext): boolean {
  const grants = new Set(client.grant_types);
  const isPublic = client.token_endpoint_auth_method === 'none';
  const uris = [...SAFE_URIS, ...PRIVATE_URIS];
  const scopes = [...SCOPES, ...(stored?.scopes ?? [])];
  return [
    grants.size === client.grant_types.length,
    grants.has('authorization_code') || !grants.has('refresh_token'),
    !(isPublic && grants.has('client_credentials')),
    client.pkce_required ? grants.has('authorization_code') : !(isPublic && grants.has('authorization_code')),
    client.pkce_required === (client.pkce_challenge_method !== null),
    client.redirect_uris.length > 0 || !(grants.has('authorization_code') || grants.has('implicit')),
    client.redirect_uris.every((uri) => uris.includes(uri)),
    new Set(client.redirect_uris).size === client.redirect_uris.length,
    client.scopes.every((scope) => scopes.includes(scope)),
    new Set(client.scopes).size === client.scopes.length,
    !client.trusted ||
      context.trusted_clients_allowed ||
      (stored?.trusted === true && isWithin(client, stored)),
    client.description !== '',
  ].every(Boolean);
}

/** A client that is trusted without permission reaches no further than it did. */
const isWithin = (client: ClientSettings, stored: ClientSettings): boolean =>
  client.redirect_uris.every((uri) => stored.redirect_uris.includes(uri)) &&
  client.scopes.every((scope) => stored.scopes.includes(scope));

const members = {
  name: fc.constantFrom('A', 'B'),
  description: fc.constantFrom('', 'text'),
  redirect_uris: fc.array(
    fc.oneof(
      { weight: 8, arbitrary: fc.constantFrom(...SAFE_URIS, ...PRIVATE_URIS) },
      fc.constantFrom(...UNSAFE_URIS),
    ),
    { maxLength: 3 },
  ),
  grant_types: fc.oneof(
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
  token_endpoint_auth_method: fc.constantFrom(...TOKEN_ENDPOINT_AUTH_METHODS),
  pkce_required: fc.boolean(),
  pkce_challenge_method: fc.constantFrom(...PKCE_CHALLENGE_METHODS),
};
const patches: fc.Arbitrary<ClientPatch> = fc.oneof(
  fc.record(members, { requiredKeys: [] }),
  ...Object.entries(members).map(([member, values]) =>
    (values as fc.Arbitrary<unknown>).map((value) => ({ [member]: value })),
  ),
);
const newClients = fc.record(members, { requiredKeys: ['name', 'grant_types'] });

const contexts: fc.Arbitrary<RuleContext> = fc.boolean().map((trusted_clients_allowed) => ({
  ...PLATFORM_RULES,
  trusted_clients_allowed,
  mayAssign: (scope) => SCOPES.includes(scope),
  redirectUriSchemes: [],
  serverViolations: () => [],
}));

/** Those that have properties of their own below. */
const OTHER_MEMBERS = newSettings({ name: 'A', grant_types: ['implicit'] });

/** Valid clients, by repairing arbitrary ones: filtering would leave hardly any with several grant types. */
const storedClients: fc.Arbitrary<ClientSettings> = fc
  .record({
    ...members,
    description: fc.constantFrom(null, 'text'),
    grant_types: fc.shuffledSubarray([...GRANT_TYPES], { minLength: 1 }),
    redirect_uris: fc.subarray([...SAFE_URIS, ...PRIVATE_URIS], { minLength: 1 }),
    scopes: fc.subarray([...SCOPES, ...WITHHELD]),
  })
  .map((client) => {
    const hasCode = client.grant_types.includes('authorization_code');
    const grant_types = client.grant_types.filter((grant) => grant !== 'refresh_token' || hasCode);
    const isMachine = grant_types.includes('client_credentials');
    const isPublic = client.token_endpoint_auth_method === 'none' && !isMachine;
    const pkce_required = hasCode && (isPublic || client.pkce_required);
    return {
      ...OTHER_MEMBERS,
      ...client,
      grant_types: grant_types.length > 0 ? grant_types : ['implicit' as const],
      token_endpoint_auth_method:
        client.token_endpoint_auth_method === 'none' && isMachine
          ? 'client_secret_basic'
          : client.token_endpoint_auth_method,
      pkce_required,
      pkce_challenge_method: pkce_required ? client.pkce_challenge_method : null,
    };
  });

const sameSet = (a: readonly string[], b: readonly string[]): boolean =>
  a.toSorted().join(' ') === b.toSorted().join(' ');

describe('any patch of any valid client', () => {
  it('random patches start from clients that keep the contract, and are accepted often enough to mean something', () => {
    const samples = fc.sample(fc.tuple(storedClients, patches, contexts), 2_000);
    expect(samples.every(([stored, , context]) => holds(stored, stored, context))).toBe(true);
    const accepted = samples.filter((sample) => changedClient(...sample).violations.length === 0);
    expect(accepted.length).toBeGreaterThan(400);
    expect(accepted.length).toBeLessThan(1_600);
  });

  it('any patch is refused exactly when the merged client would break the contract or its grant types would change', () => {
    fc.assert(
      fc.property(storedClients, patches, contexts, (stored, patch, context) => {
        const { settings, violations } = changedClient(stored, patch, context);
        const keepsGrants = sameSet(patch.grant_types ?? stored.grant_types, stored.grant_types);
        expect(violations.length === 0).toBe(holds(settings, stored, context) && keepsGrants);
      }),
      { numRuns: 3_000 },
    );
  });

  it('any patch sets what was sent, leaves what was not, and derives nothing but PKCE', () => {
    fc.assert(
      fc.property(storedClients, patches, contexts, (stored, patch, context) => {
        const { pkce_required, pkce_challenge_method, ...settings } = changedClient(
          stored,
          patch,
          context,
        ).settings;
        const {
          pkce_required: _required,
          pkce_challenge_method: _method,
          ...expected
        } = { ...stored, ...patch };
        expect(settings).toEqual({
          ...expected,
          description: expected.description || null,
          grant_types: stored.grant_types,
        });
        expect({ pkce_required, pkce_challenge_method }).toMatchObject(pkceOf(patch));
      }),
      { numRuns: 1_000 },
    );
  });

  it('no patch takes PKCE from a client unless it says so', () => {
    fc.assert(
      fc.property(storedClients, patches, contexts, (stored, patch, context) => {
        const { settings } = changedClient(stored, patch, context);
        expect(settings.pkce_required || !stored.pkce_required || patch.pkce_required === false).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('any patch changes nothing more when it is sent again', () => {
    fc.assert(
      fc.property(storedClients, patches, contexts, (stored, patch, context) => {
        const first = changedClient(stored, patch, context);
        if (first.violations.length > 0) return;
        expect(changedClient(first.settings, patch, context)).toEqual(first);
      }),
      { numRuns: 1_000 },
    );
  });

  it('any patch has each violation point at a member of the request, and into the list it has', () => {
    fc.assert(
      fc.property(storedClients, patches, contexts, (stored, patch, context) => {
        const { settings, violations } = changedClient(stored, patch, context);
        const lists = { redirect_uris: settings.redirect_uris, scopes: settings.scopes };
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

  it('any patch can rename a client, whatever rules the stored client breaks', () => {
    const broken: fc.Arbitrary<ClientSettings> = fc
      .record({
        ...members,
        pkce_challenge_method: fc.constantFrom('S256', 'plain', null),
        grant_types: fc.shuffledSubarray([...GRANT_TYPES], { minLength: 1 }),
        description: fc.constantFrom(null, 'text'),
      })
      .map((client) => ({ ...OTHER_MEMBERS, ...client }));
    const narrow = {
      ...PLATFORM_RULES,
      trusted_clients_allowed: false,
      mayAssign: () => false,
      redirectUriSchemes: [],
      serverViolations: () => [refusal],
    };
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
  it('any new client is refused exactly when it would break the contract', () => {
    fc.assert(
      fc.property(newClients, contexts, (sent, context) => {
        const { settings, violations } = newClient(sent, context);
        expect(violations.length === 0).toBe(holds(settings, null, context));
        expect(settings).toMatchObject(pkceOf(sent));
      }),
      { numRuns: 3_000 },
    );
  });

  it('any new client can be sent its own settings as a patch, which changes nothing', () => {
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
function pkceOf({ pkce_required, pkce_challenge_method }: ClientPatch): ClientPatch {
  return {
    ...(pkce_required === undefined ? {} : { pkce_required }),
    ...(pkce_challenge_method === undefined ? {} : { pkce_challenge_method }),
  };
}
