import { isLoopbackHost } from '../../../lib/loopback.js';
import { isLowerCaseScheme, isUnlistableScheme } from '../../../lib/uri-scheme.js';
import type { REDIRECT_URI_CODES } from '../../../problem-details/redirect-uri-codes.js';
import { LIMITS } from '../oauth-client.limits.js';
import { isCanonicalHost, isCanonicalPort, isPrivateUseHost } from './host.js';
import { asParsersWriteIt, compose, isWeb, type UriParts } from './parts.js';
import {
  areSeveral,
  hasControls,
  hasDotSegments,
  hasWildcard,
  isEncodedTooOften,
  INVISIBLE,
  OPENING_QUOTE,
  PLACEHOLDER,
  HOST_AND_PORT,
  isUtf8,
} from './patterns.js';
import * as repairs from './repairs.js';

export interface Check {
  readonly code: keyof typeof REDIRECT_URI_CODES;
  isBroken(this: void, uri: UriParts, listedSchemes: readonly string[]): boolean;
  readonly text: string | ((uri: UriParts) => string);
  /** The nearest URI that passes this check. */
  repair(this: void, uri: UriParts): string;
}

const URI_CHARACTERS = /^(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[\da-f]{2})*$/i;
const SCHEME_LABEL = '[a-z\\d](?:[a-z\\d-]{0,61}[a-z\\d])?';
const REVERSE_DOMAIN = new RegExp(`^(?=[a-z])${SCHEME_LABEL}(?:\\.${SCHEME_LABEL})+$`);

const REVERSE_DOMAIN_FORM =
  'use https://, http:// with a loopback host, or a scheme in reverse-domain form such as com.example.app:/callback.';

/** In this order: the first that is broken is reported. A later check may rely on the earlier ones. */
export const CHECKS: readonly Check[] = [
  {
    code: 'redirect_uri_too_long',
    isBroken: ({ raw }) => raw.length > LIMITS.redirect_uri,
    text: 'Shorten it to at most 2,048 characters.',
    repair: ({ raw }) => raw.slice(0, LIMITS.redirect_uri),
  },
  {
    code: 'redirect_uri_not_single',
    isBroken: ({ raw }) => areSeveral(raw),
    text: 'Send each URI as an item of its own in the list.',
    repair: ({ raw }) => raw.trim().replace(/[,;]?\s.*$/s, ''),
  },
  {
    code: 'redirect_uri_has_blank',
    isBroken: ({ raw }) => INVISIBLE.test(raw),
    text: 'Remove the blank, line break or invisible character; a space that belongs to the path is written %20.',
    repair: repairs.withoutBlanks,
  },
  {
    code: 'redirect_uri_quoted',
    isBroken: ({ raw }) => OPENING_QUOTE.test(raw),
    text: 'Remove the quotation marks or brackets around it.',
    repair: repairs.withoutQuotes,
  },
  {
    code: 'redirect_uri_has_template',
    isBroken: ({ raw }) => PLACEHOLDER.test(raw) || /[{}]/.test(raw),
    text: 'A redirect URI is no template: register one exact URI for each value of the placeholder.',
    repair: repairs.withoutPlaceholders,
  },
  {
    code: 'redirect_uri_has_backslash',
    isBroken: ({ raw }) => raw.includes('\\'),
    text: 'Write slashes (/) instead of backslashes.',
    repair: ({ raw }) => raw.replaceAll('\\', '/'),
  },
  {
    code: 'redirect_uri_host_not_ascii',
    isBroken: ({ host = '' }) => /[^\x20-\x7e]/.test(host),
    text: 'Write the host in punycode (xn--...).',
    repair: repairs.withAsciiHost,
  },
  {
    code: 'redirect_uri_percent_sign',
    isBroken: ({ path, query = '' }) => /%(?![\da-f]{2})/i.test(path + query),
    text: 'Write a percent sign that is no escape as %25.',
    repair: repairs.inPathAndQuery((text) => text.replace(/%(?![\da-f]{2})/gi, '%25')),
  },
  {
    code: 'redirect_uri_characters',
    isBroken: ({ raw }) => !URI_CHARACTERS.test(raw),
    text: 'Use only the characters of RFC 3986; in path and query write every other one as its percent-encoded UTF-8.',
    repair: repairs.withUriCharacters,
  },
  {
    code: 'redirect_uri_encoded_too_often',
    isBroken: ({ raw }) => isEncodedTooOften(raw),
    text: 'Percent-encode it once: programs decode it a different number of times.',
    repair: ({ raw }) => raw.replace(/%(?:25)+/g, '%'),
  },
  {
    code: 'redirect_uri_has_fragment',
    isBroken: ({ raw }) => raw.includes('#'),
    text: 'Remove the fragment, the # included (RFC 6749, section 3.1.2).',
    repair: ({ raw }) => raw.slice(0, raw.indexOf('#')),
  },
  {
    code: 'redirect_uri_has_wildcard',
    isBroken: ({ host = '', port = '', path }) => hasWildcard(host + port + path),
    text: ({ port = '' }) =>
      hasWildcard(port)
        ? 'Replace the wildcard by a port. A URI of http and 127.0.0.1 matches at any port.'
        : 'Replace the wildcard: redirect URIs match exactly, so register one exact URI for each deployment.',
    repair: repairs.withoutWildcards,
  },
  {
    code: 'redirect_uri_scheme_missing',
    isBroken: ({ raw, scheme }) => scheme === '' || HOST_AND_PORT.test(raw),
    text: 'Start with https://, or with http:// for a loopback host.',
    repair: repairs.withScheme,
  },
  {
    code: 'redirect_uri_scheme_forbidden',
    isBroken: (uri) => !isWeb({ scheme: uri.scheme.toLowerCase() }) && isUnlistableScheme(uri.scheme),
    text: `No redirect URI may have this scheme, and REDIRECT_URI_SCHEMES cannot list it: ${REVERSE_DOMAIN_FORM}`,
    repair: repairs.withoutForbiddenScheme,
  },
  {
    code: 'redirect_uri_scheme_upper_case',
    isBroken: ({ scheme }) => scheme !== scheme.toLowerCase(),
    text: 'Write the scheme in lower case: it is compared as it is written.',
    repair: ({ raw, scheme }) => scheme.toLowerCase() + raw.slice(scheme.length),
  },
  {
    code: 'redirect_uri_scheme_underscore',
    isBroken: ({ scheme }) => scheme.includes('_'),
    text: 'Replace the underscore (_) in the scheme: RFC 3986 allows letters, digits, hyphens and dots there.',
    repair: ({ raw, scheme }) => scheme.replaceAll('_', '-') + raw.slice(scheme.length),
  },
  {
    code: 'redirect_uri_scheme_not_listed',
    isBroken: ({ scheme }, listed) =>
      isLowerCaseScheme(scheme) && !scheme.includes('.') && !isWeb({ scheme }) && !listed.includes(scheme),
    text:
      'A scheme without a dot works only where the operator has listed it in REDIRECT_URI_SCHEMES: ask for that, or ' +
      REVERSE_DOMAIN_FORM,
    repair: repairs.withReverseDomain,
  },
  {
    code: 'redirect_uri_scheme_malformed',
    isBroken: ({ scheme }, listed) =>
      !isWeb({ scheme }) && !REVERSE_DOMAIN.test(scheme) && !listed.includes(scheme),
    text: `The scheme is not in reverse-domain form: ${REVERSE_DOMAIN_FORM}`,
    repair: repairs.withExampleScheme,
  },
  {
    code: 'redirect_uri_has_user',
    isBroken: ({ userinfo }) => userinfo !== undefined,
    text: 'Remove the user information, the @ included.',
    repair: compose,
  },
  {
    code: 'redirect_uri_host_missing',
    isBroken: (uri) => isWeb(uri) && !uri.host,
    text: 'Name the host after the two slashes.',
    repair: repairs.withHost,
  },
  {
    code: 'redirect_uri_target_missing',
    isBroken: (uri) => !isWeb(uri) && !hasTarget(uri),
    text: 'Name a target after the scheme, as in com.example.app:/callback or com.example.app://callback.',
    repair: repairs.withTarget,
  },
  {
    code: 'redirect_uri_host_upper_case',
    isBroken: (uri) => isWeb(uri) && uri.host !== uri.host?.toLowerCase(),
    text: 'Write the host in lower case.',
    repair: repairs.inHost((host) => host.toLowerCase()),
  },
  {
    code: 'redirect_uri_host_trailing_dot',
    isBroken: (uri) => isWeb(uri) && uri.host?.endsWith('.') === true,
    text: 'Remove the dot at the end of the host.',
    repair: repairs.inHost((host) => host.replace(/\.+$/, '')),
  },
  {
    code: 'redirect_uri_host_malformed',
    isBroken: (uri) => uri.host !== undefined && !(isWeb(uri) ? isCanonicalHost : isPrivateUseHost)(uri.host),
    text: 'Name the host as a host name, as four decimal numbers, or as the canonical form of an IPv6 address in brackets.',
    repair: repairs.withNearestHost,
  },
  {
    code: 'redirect_uri_http_not_loopback',
    isBroken: ({ scheme, host = '' }) => scheme === 'http' && !isLoopbackHost(host),
    text: 'Use https: plain http is only for localhost, names that end in .localhost, 127.0.0.1 and [::1].',
    repair: repairs.withoutPlainHttp,
  },
  {
    code: 'redirect_uri_port_malformed',
    isBroken: ({ port }) => port !== undefined && !isCanonicalPort(port),
    text: 'Give the port as a number from 1 to 65535 without leading zeros, or leave it out with its colon.',
    repair: repairs.withPlainPort,
  },
  {
    code: 'redirect_uri_has_brackets',
    isBroken: ({ path, query = '' }) => /[[\]]/.test(path + query),
    text: 'Write square brackets in path and query as %5B and %5D.',
    repair: repairs.inPathAndQuery((text) => text.replaceAll('[', '%5B').replaceAll(']', '%5D')),
  },
  {
    code: 'redirect_uri_has_dot_segments',
    isBroken: ({ path }) => hasDotSegments(path),
    text: 'Resolve the dot segments ("." and "..") of the path, encoded ones too.',
    repair: repairs.withoutDotSegments,
  },
  {
    code: 'redirect_uri_has_controls',
    isBroken: ({ raw }) => hasControls(raw),
    text: 'Remove the encoded control characters.',
    repair: repairs.withoutControls,
  },
  {
    code: 'redirect_uri_not_utf8',
    isBroken: ({ raw }) => !isUtf8(raw),
    text: 'Percent-encode text as UTF-8: some of these bytes are not.',
    repair: ({ raw }) => repairs.asUtf8(raw),
  },
  {
    // Go, and with it Hydra, drops such a parameter; others read it as two, or as a part of the value.
    code: 'redirect_uri_has_semicolon',
    isBroken: ({ query = '' }) => query.includes(';'),
    text: 'Separate query parameters with & and write a semicolon as %3B.',
    repair: repairs.inQuery((query) => query.replaceAll(';', '&')),
  },
  {
    code: 'redirect_uri_rewritten',
    isBroken: (uri) => new URL(uri.raw).href !== asParsersWriteIt(uri),
    text: 'A URL parser would rewrite it: write an apostrophe in the query as %27.',
    repair: repairs.inQuery((query) => query.replaceAll("'", '%27')),
  },
];

/** A private-use URI leads to an authority, or to a path that begins with a slash. */
const hasTarget = ({ host, port, path }: UriParts): boolean =>
  host ? true : path.startsWith('/') && port === undefined;
