import type { Violation } from '../../problem-details/violation.js';
import { originProblem } from './browser-origin.js';
import type { ClientMember, ClientSettings } from './members.js';
import { endpointOf, redirectUriProblem } from './redirect-uri.js';
import { duplicates, refuseItems, violation, type Rule, type RuleContext } from './rule.js';

/** Rules about the addresses of a client beside its redirect URIs: for browsers, and for people. */
export const ADDRESS_RULES: readonly Rule[] = [
  logoutUrisAreTheClients,
  allowedOriginsAreOrigins,
  linksAreHttps,
  contactsAreMailAddresses,
  addressesAreDistinct,
];

/** Hydra demands the same, of scheme, host and port as they are written. */
function logoutUrisAreTheClients(client: ClientSettings, { redirectUriSchemes }: RuleContext): Violation[] {
  if (client.post_logout_redirect_uris.length === 0) return [];
  const own = new Set(client.redirect_uris.map(endpointOf));
  return client.post_logout_redirect_uris.flatMap((uri, index) => {
    const problem = redirectUriProblem(uri, redirectUriSchemes);
    if (problem !== null)
      return [
        violation('post_logout_redirect_uris', 'invalid_post_logout_redirect_uri', problem.detail, index),
      ];
    if (own.has(endpointOf(uri))) return [];
    return [violation('post_logout_redirect_uris', 'post_logout_redirect_uri_elsewhere', ELSEWHERE, index)];
  });
}

const ELSEWHERE =
  'Its scheme, host and port must be those of one of the redirect_uris, written alike: change it, or add such a redirect URI.';

function allowedOriginsAreOrigins({ allowed_cors_origins }: ClientSettings): Violation[] {
  return refuseItems('allowed_cors_origins', 'invalid_origin', allowed_cors_origins, originProblem);
}

const LINKS = ['client_uri', 'logo_uri', 'policy_uri', 'tos_uri'] as const satisfies readonly ClientMember[];

/** Without user information, and with a host that no two parsers read differently. */
const LINK =
  /^https:\/\/(?:[\w\-.~]+|\[[\da-f:]+\])(?::\d{1,5})?(?:[/?#](?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[\da-f]{2})*)?$/i;

function linksAreHttps(client: ClientSettings): Violation[] {
  return LINKS.filter((member) => client[member] !== null && !isLink(client[member])).map((member) =>
    violation(member, 'invalid_uri', NOT_A_LINK),
  );
}

const isLink = (text: string): boolean =>
  text.startsWith('https://') && LINK.test(text) && URL.canParse(text);

const NOT_A_LINK =
  'Give an address that people can open: it starts with https:// and a host, and has only the characters of RFC 3986.';

/** What the HTML standard takes for a valid e-mail address. */
const MAIL_ADDRESS =
  /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)*$/i;

function contactsAreMailAddresses({ contacts }: ClientSettings): Violation[] {
  return refuseItems('contacts', 'invalid_contact', contacts, (contact) =>
    MAIL_ADDRESS.test(contact) ? null : 'Give an e-mail address, such as team@example.com, and nothing else.',
  );
}

function addressesAreDistinct(client: ClientSettings): Violation[] {
  return LISTS.flatMap((member) => duplicates(member, client[member]));
}

const LISTS = ['post_logout_redirect_uris', 'allowed_cors_origins', 'contacts'] as const;
