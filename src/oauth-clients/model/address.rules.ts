import type { Violation } from '../../problem-details/violation.js';
import { originProblem } from './browser-origin.js';
import type { ClientSettings } from './members.js';
import { endpointOf, redirectUriProblem } from './redirect-uri.js';
import { duplicates, violationIf, violationOfItems, type Rule, type RuleContext } from './rule.js';

/** Rules about the addresses of a client beside its redirect URIs: for browsers, and for people. */
export const ADDRESS_RULES: readonly Rule[] = [
  logoutUrisAreSafe,
  logoutUrisAreTheClients,
  allowedOriginsAreOrigins,
  ...(['client_uri', 'logo_uri', 'policy_uri', 'tos_uri'] as const).map(linkIsHttps),
  contactsAreMailAddresses,
  ...(['post_logout_redirect_uris', 'allowed_cors_origins', 'contacts'] as const).map(isDistinct),
];

function logoutUrisAreSafe(client: ClientSettings, { redirectUriSchemes }: RuleContext): Violation[] {
  return violationOfItems(
    'post_logout_redirect_uris',
    'invalid_post_logout_redirect_uri',
    client.post_logout_redirect_uris,
    (uri) => redirectUriProblem(uri, redirectUriSchemes)?.detail ?? null,
  );
}

/** As Hydra demands, which compares scheme, host and port as they are written. Unsafe URIs are left to the rule before. */
function logoutUrisAreTheClients(client: ClientSettings, { redirectUriSchemes }: RuleContext): Violation[] {
  if (client.post_logout_redirect_uris.length === 0) return [];
  const own = new Set(client.redirect_uris.map(endpointOf));
  return violationOfItems(
    'post_logout_redirect_uris',
    'post_logout_redirect_uri_elsewhere',
    client.post_logout_redirect_uris,
    (uri) =>
      own.has(endpointOf(uri)) || redirectUriProblem(uri, redirectUriSchemes) !== null ? null : ELSEWHERE,
  );
}

const ELSEWHERE =
  'Its scheme, host and port must be those of one of the redirect_uris, written alike: change it, or add such ' +
  'a redirect URI.';

function allowedOriginsAreOrigins({ allowed_cors_origins }: ClientSettings): Violation[] {
  return violationOfItems('allowed_cors_origins', 'invalid_origin', allowed_cors_origins, originProblem);
}

/** An https address without user information, whose host no two parsers read differently. */
const LINK =
  /^https:\/\/(?:[\w\-.~]+|\[[\da-f:]+\])(?::\d{1,5})?(?:[/?#](?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[\da-f]{2})*)?$/i;

function linkIsHttps(member: 'client_uri' | 'logo_uri' | 'policy_uri' | 'tos_uri'): Rule {
  return ({ [member]: link }) =>
    violationIf(link !== null && !isLink(link), member, 'invalid_uri', NOT_A_LINK);
}

const isLink = (text: string): boolean =>
  text.startsWith('https://') && LINK.test(text) && URL.canParse(text);

const NOT_A_LINK =
  'Give an address that people can open: it starts with https:// and a host, and has only the characters of ' +
  'RFC 3986.';

/** What the HTML standard takes for a valid e-mail address. */
const MAIL_ADDRESS =
  /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?(?:\.[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?)*$/i;

function contactsAreMailAddresses({ contacts }: ClientSettings): Violation[] {
  return violationOfItems('contacts', 'invalid_contact', contacts, (contact) =>
    MAIL_ADDRESS.test(contact) ? null : 'Give an e-mail address, such as team@example.com, and nothing else.',
  );
}

function isDistinct(member: 'post_logout_redirect_uris' | 'allowed_cors_origins' | 'contacts'): Rule {
  return ({ [member]: list }) => duplicates(member, list);
}
