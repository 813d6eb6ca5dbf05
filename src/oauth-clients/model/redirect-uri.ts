import { domainToASCII, domainToUnicode } from 'node:url';
import { isLoopbackHost } from '../../lib/loopback.js';
import { LIMITS } from './oauth-client.limits.js';

/*
 * Which redirect URIs may be registered. The authorization server compares them character by character (RFC 9700,
 * section 2.1), so the raw string is judged and kept: what a parser would rewrite, or two parsers could read
 * differently, is refused instead of repaired.
 */

interface UriParts {
  readonly raw: string;
  readonly scheme: string;
  readonly userinfo: string | undefined;
  readonly host: string | undefined;
  readonly port: string | undefined;
  readonly path: string;
  readonly query: string | undefined;
}

/** RFC 3986, appendix B: matches every string. */
const URI =
  /^(?:(?<scheme>[^:/?#]+):)?(?:\/\/(?<authority>[^/?#]*))?(?<path>[^?#]*)(?:\?(?<query>[^#]*))?(?:#.*)?$/s;
const AUTHORITY = /^(?:(?<userinfo>.*)@)?(?<host>\[[^\]]*\]|[^:]*)(?::(?<port>.*))?$/s;

const URI_CHARACTERS = /^(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[\da-f]{2})*$/i;
const LABEL = '[a-z\\d](?:[a-z\\d-]{0,61}[a-z\\d])?';
const PRIVATE_USE_SCHEME = new RegExp(`^(?=[a-z])${LABEL}(?:\\.${LABEL})+$`);
const HOST_NAME = new RegExp(`^(?=.{1,253}$)${LABEL}(?:\\.${LABEL})*$`);
const IPV6_ADDRESS = /^\[[\da-f:]+\]$/;
const DEFAULT_PORTS: Readonly<Record<string, string>> = { https: '443', http: '80' };

/** `(?:25)*` sees through repeated encoding: `%2e`, `%252e` and `%25252e` all end as a dot behind enough decoders. */
const SLASH = '(?:/|%(?:25)*(?:2f|5c))';
const DOT = '(?:\\.|%(?:25)*2e)';
/** A semicolon ends a segment too: some servers strip path parameters first and then see `..` in `..;x`. */
const DOT_SEGMENT = new RegExp(`${SLASH}${DOT}{1,2}(?:${SLASH}|;|%(?:25)*3b|$)`, 'i');
const ENCODED_CONTROL = /%(?:25)*(?:[01][\da-f]|7f|c2%(?:25)*[89][\da-f])/i;
const WILDCARD = /\*|%(?:25)*2a/i;

/** In this order: the first that is broken is reported. A later check may rely on the earlier ones. */
const CHECKS: readonly (readonly [isBroken: (uri: UriParts) => boolean, problem: string])[] = [
  [({ raw }) => raw.length > LIMITS.redirect_uri, 'Shorten it to at most 2,048 characters.'],
  [
    ({ raw }) => !URI_CHARACTERS.test(raw),
    'Use only the characters of RFC 3986, and write every other one as % and two hexadecimal digits per UTF-8 byte.',
  ],
  [({ raw }) => raw.includes('#'), 'Remove the fragment, the # included (RFC 6749, section 3.1.2).'],
  [
    ({ scheme }) => !isWeb(scheme) && !PRIVATE_USE_SCHEME.test(scheme),
    'Start with https://, with http:// and a loopback host, or with a private-use scheme in reverse-domain form such as com.example.app:/callback, all in lower case.',
  ],
  [({ userinfo }) => userinfo !== undefined, 'Remove the user information before the @.'],
  [({ host = '', path }) => WILDCARD.test(host + path), 'Replace the wildcard: redirect URIs match exactly.'],
  [
    ({ scheme, host }) => (host === undefined ? isWeb(scheme) : !isCanonicalHost(host)),
    'Name the host as a lower-case host name (punycode for an international one, no trailing dot), as four decimal numbers, or as the canonical form of an IPv6 address in brackets.',
  ],
  [
    ({ scheme, host = '' }) => scheme === 'http' && !isLoopbackHost(host),
    'Use https: plain http is only for localhost, 127.0.0.1 and [::1].',
  ],
  [
    ({ port }) => port !== undefined && !isCanonicalPort(port),
    'Give the port as a number from 1 to 65535 without leading zeros, or leave it out with its colon.',
  ],
  [
    ({ scheme, path }) => !isWeb(scheme) && !path.startsWith('/'),
    'Write a private-use URI as com.example.app:/path or com.example.app://host/path.',
  ],
  [
    ({ path, query = '' }) => /[[\]]/.test(path + query),
    'Write square brackets in path and query as %5B and %5D.',
  ],
  [
    ({ path }) => DOT_SEGMENT.test(path),
    'Resolve the dot segments ("." and "..") of the path, encoded ones too.',
  ],
  [({ raw }) => ENCODED_CONTROL.test(raw), 'Remove the encoded control characters.'],
  [({ raw }) => !isUtf8(raw), 'Percent-encode text as UTF-8: some of these bytes are not.'],
  [
    // Go, and with it Hydra, drops such a parameter; others read it as two, or as a part of the value.
    ({ query = '' }) => query.includes(';'),
    'Separate query parameters with & and write a semicolon as %3B.',
  ],
  [
    (uri) => new URL(uri.raw).href !== asParsersWriteIt(uri),
    'A URL parser would rewrite it: register what the parser gives back, such as %27 for an apostrophe in the query.',
  ],
];

/**
 * Why a redirect URI cannot be registered, as a sentence for its owner, or null if it can: https; http on a loopback
 * host (RFC 8252, section 7.3); or a private-use scheme (section 7.1). At most 2,048 characters.
 */
export function redirectUriProblem(uri: string): string | null {
  const parts = split(uri);
  return CHECKS.find(([isBroken]) => isBroken(parts))?.[1] ?? null;
}

/** Whether the scheme is an app's own (RFC 8252, section 7.1), which any app on a device may claim as well. */
export function isPrivateUseUri(uri: string): boolean {
  return PRIVATE_USE_SCHEME.test(split(uri).scheme);
}

/** Scheme, host and port as they are written: where the URI leads, whatever its path. */
export function endpointOf(uri: string): string {
  const { scheme, host = '', port } = split(uri);
  return port === undefined ? `${scheme}://${host}` : `${scheme}://${host}:${port}`;
}

function split(raw: string): UriParts {
  const { scheme = '', authority, path = '', query } = URI.exec(raw)?.groups ?? {};
  const { userinfo, host, port } = (authority === undefined ? null : AUTHORITY.exec(authority)?.groups) ?? {};
  return { raw, scheme, userinfo, host, port, path, query };
}

const isWeb = (scheme: string): boolean => scheme === 'https' || scheme === 'http';

/** The parser knows what no pattern can say: odd forms of IPv4, the one form of IPv6. */
function isCanonicalHost(host: string): boolean {
  if (!IPV6_ADDRESS.test(host) && !(HOST_NAME.test(host) && isDecodable(host))) return false;
  const asUrl = `https://${host}/`;
  return URL.canParse(asUrl) && new URL(asUrl).href === asUrl;
}

/** URL parsers disagree on broken punycode, those of Node 20 and 24 included: each label must decode and encode back. */
function isDecodable(name: string): boolean {
  const unicode = domainToUnicode(name);
  return !/(?:^|\.)xn--/.test(unicode) && domainToASCII(unicode) === name;
}

const isCanonicalPort = (port: string): boolean => /^[1-9]\d{0,4}$/.test(port) && Number(port) <= 65_535;

function isUtf8(percentEncoded: string): boolean {
  try {
    decodeURIComponent(percentEncoded);
    return true;
  } catch {
    return false;
  }
}

/** The two spellings of one URI that owners use and no parser confuses may stay: no path, and the default port. */
function asParsersWriteIt({ raw, scheme, host, port, path, query }: UriParts): string {
  if (!isWeb(scheme)) return raw;
  const ownPort = port === undefined || port === DEFAULT_PORTS[scheme] ? '' : `:${port}`;
  return `${scheme}://${host}${ownPort}${path || '/'}${query === undefined ? '' : `?${query}`}`;
}
