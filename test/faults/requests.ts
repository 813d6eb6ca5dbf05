import type { OAuthClientDto } from '../../src/oauth-clients/dto/oauth-client.dto.js';
import type { Body } from '../support/registry.js';
import type { Random } from './random.js';

const KINDS = ['web', 'app', 'machine', 'implicit'] as const;
type Kind = (typeof KINDS)[number];

const GRANT_TYPES: Readonly<Record<Kind, readonly string[]>> = {
  web: ['authorization_code', 'refresh_token'],
  app: ['authorization_code'],
  machine: ['client_credentials'],
  implicit: ['implicit'],
};
const SECRET_METHODS = ['client_secret_basic', 'client_secret_post'];
const METHODS = [...SECRET_METHODS, 'none'];
const SCOPES = ['notes:read', 'notes:write', 'openid', 'oauth_clients:read'];
const REDIRECT_URIS = [
  'https://shop.example.com/callback',
  'https://shop.example.com/callback?tenant=1',
  'http://127.0.0.1:8080/cb',
  'https://other.example.com',
];

/** @param description tells people which operation made the client; no update changes it */
export function newClient(random: Random, description: string): Body {
  const kind = random.pick(KINDS);
  return {
    name: nameFrom(random),
    description,
    grant_types: GRANT_TYPES[kind],
    redirect_uris: kind === 'machine' ? [] : random.some(REDIRECT_URIS),
    scopes: random.chance(0.3) ? [] : random.some(SCOPES),
    enabled: random.chance(0.9),
    token_endpoint_auth_method: random.pick(methodsOf(kind)),
  };
}

/** Changes up to three members. Allowed by the rules, unless it gives up PKCE for a client without a secret. */
export function changes(random: Random, client: Pick<OAuthClientDto, 'grant_types'>): Body {
  const kind = KINDS.find((name) => GRANT_TYPES[name].join() === client.grant_types.join()) ?? 'web';
  const members = random.shuffled(Object.entries(anyChanges(random, kind)));
  return Object.fromEntries(members.slice(0, random.between(1, 3)));
}

function anyChanges(random: Random, kind: Kind): Body {
  const redirects = kind !== 'machine';
  const hasCode = kind === 'web' || kind === 'app';
  return {
    name: nameFrom(random),
    enabled: random.chance(0.6),
    scopes: random.chance(0.2) ? [] : random.some(SCOPES),
    token_endpoint_auth_method: random.pick(methodsOf(kind)),
    trusted: random.chance(0.3),
    contacts: random.some(['team@shop.example.com', 'ops@shop.example.com']),
    logo_uri: random.pick(['', 'https://shop.example.com/logo.png']),
    allowed_cors_origins: random.some(['https://shop.example.com', 'https://third.example.com']),
    // Whole hours.
    access_token_lifetime: random.pick([0, 3_600, 7_200]),
    refresh_token_lifetime: random.pick([0, 36_000]),
    ...(redirects && { redirect_uris: random.some(REDIRECT_URIS) }),
    ...(hasCode && { pkce_required: random.chance(0.8) }),
  };
}

const methodsOf = (kind: Kind): readonly string[] => (kind === 'machine' ? SECRET_METHODS : METHODS);

const nameFrom = (random: Random): string => `Client ${random.between(1, 10_000)}`;
