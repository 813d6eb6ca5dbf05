import type { ClientSettings } from './members.js';
import { redirectUriProblem } from './redirect-uri.js';

/*
 * Origins (RFC 6454) of pages that may read what the authorization server answers to their client. Browsers send one
 * spelling of each, and it is compared character by character.
 */

/** Why an origin cannot be listed, as a sentence for its owner, or null if it can: https, or http on a loopback host. */
export function originProblem(origin: string): string | null {
  if (origin.includes('*')) return 'Name each origin: there are no wildcards.';
  if (!URL.canParse(origin) || new URL(origin).origin !== origin) return NOT_AN_ORIGIN;
  return redirectUriProblem(`${origin}/`, NO_SCHEMES)?.detail ?? null;
}

/** No schemes of apps: origins are those of web pages. `redirectUriProblem` remembers by this very list what it has accepted. */
const NO_SCHEMES: readonly string[] = [];

const NOT_AN_ORIGIN =
  'Write an origin as browsers send it: scheme, host and port (but for the usual one) in lower case, and no slash at the end, such as https://app.example.com.';

/**
 * The origins of a client's pages: those that are listed, and those of the redirect URIs of a client without a secret, which
 * redeems its code where it was sent to.
 */
export const originsOf = (client: OriginSettings): string[] => [
  ...new Set([...client.allowed_cors_origins, ...ownOrigins(client)]),
];

type OriginSettings = Pick<
  ClientSettings,
  'allowed_cors_origins' | 'redirect_uris' | 'token_endpoint_auth_method'
>;

function ownOrigins({ redirect_uris, token_endpoint_auth_method }: OriginSettings): string[] {
  if (token_endpoint_auth_method !== 'none') return [];
  return redirect_uris.filter((uri) => /^https?:/.test(uri)).flatMap(originOf);
}

/** The origin of a redirect URI, if it has one: what was imported may be no URL. */
const originOf = (uri: string): string[] => (URL.canParse(uri) ? [new URL(uri).origin] : []);
