import fc from 'fast-check';
import type { ClientSettings } from '../../src/oauth-clients/model/members.js';
import { GRANT_TYPES, type GrantType } from '../../src/oauth-clients/model/oauth-client.vocabulary.js';

const HOST = 'https://app.example.com';
const REDIRECT_URIS = [
  `${HOST}/callback`,
  `${HOST}:8443/callback?a=%27`,
  'http://localhost:5173/',
  'http://127.0.0.1/cb',
  'http://[::1]:3000/cb',
  'com.example.app:/callback',
];
const LOGOUT_URIS: Readonly<Record<string, string>> = {
  [`${HOST}/callback`]: `${HOST}/signed-out`,
  'http://localhost:5173/': 'http://localhost:5173/bye',
  'com.example.app:/callback': 'com.example.app:/signed-out',
};
const ORIGINS = [HOST, 'http://localhost:5173', 'https://other.example:444'];
/** Among them are those that the registry adds for Hydra where a grant needs them. */
const SCOPES = ['openid', 'offline_access', 'notes:read', 'notes:write', 'oauth_clients:read'];
const AUDIENCES = ['https://api.example.com/orders', 'https://api.example.com/orders/more', 'orders'];

const list = <T>(items: readonly T[]): fc.Arbitrary<T[]> => fc.shuffledSubarray([...items]);
const address = (path: string): fc.Arbitrary<string | null> => fc.constantFrom(null, `${HOST}${path}`);
const lifetime = fc.option(
  fc.oneof(fc.integer({ min: 60, max: 86_400 }), fc.constantFrom(60, 3_600, 3_599)),
  { nil: null },
);

const MEMBERS = {
  name: fc.oneof(
    fc.constantFrom('Shop', '"<&>', 'Läden 🛍'),
    fc.string({ maxLength: 30 }).map((text) => `a${text}`),
  ),
  description: fc.constantFrom(null, 'text'),
  redirect_uris: fc.shuffledSubarray(REDIRECT_URIS, { minLength: 1 }),
  grant_types: fc.shuffledSubarray([...GRANT_TYPES], { minLength: 1 }),
  scopes: list(SCOPES),
  trusted: fc.boolean(),
  enabled: fc.boolean(),
  token_endpoint_auth_method: fc.constantFrom('client_secret_basic', 'client_secret_post', 'none'),
  pkce_required: fc.boolean(),
  audiences: list(AUDIENCES),
  allowed_cors_origins: list(ORIGINS),
  client_uri: address(''),
  logo_uri: address('/logo.png'),
  policy_uri: address('/privacy'),
  tos_uri: address('/terms#now'),
  contacts: list(['team@app.example.com', 'ops+oauth@example.com']),
  access_token_lifetime: lifetime,
  id_token_lifetime: lifetime,
  refresh_token_lifetime: lifetime,
} as const;

/** Clients that keep every rule of a registry with Hydra. */
export const randomSettings: fc.Arbitrary<ClientSettings> = fc.record(MEMBERS).map((client) => {
  const grants = usable(client.grant_types);
  const hasCode = grants.includes('authorization_code');
  const isPublic = client.token_endpoint_auth_method === 'none' && !grants.includes('client_credentials');
  const pkce_required = hasCode && (isPublic || client.pkce_required);
  const redirect_uris = client.redirect_uris.filter((uri) => isPublic || !uri.startsWith('com.'));
  const safe = redirect_uris.length > 0 ? redirect_uris : [`${HOST}/callback`];
  return {
    ...client,
    grant_types: grants,
    token_endpoint_auth_method: isPublic ? 'none' : secretMethod(client.token_endpoint_auth_method),
    redirect_uris: safe,
    post_logout_redirect_uris: safe.flatMap((uri) => LOGOUT_URIS[uri] ?? []),
    pkce_required,
    pkce_challenge_method: pkce_required ? 'S256' : null,
  };
});

function usable(grants: readonly GrantType[]): GrantType[] {
  const kept = grants.filter((grant) => grant !== 'refresh_token' || grants.includes('authorization_code'));
  return kept.length > 0 ? kept : ['implicit'];
}

const secretMethod = (method: 'client_secret_basic' | 'client_secret_post' | 'none') =>
  method === 'none' ? 'client_secret_basic' : method;
