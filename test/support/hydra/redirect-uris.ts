import { isIPv4 } from 'node:net';
import { parseRequestUri } from './go-url.js';

/**
 * The redirect URI of a request, when the client has registered it: the same text, or any port of a loopback IP address
 * (RFC 8252, section 7.3). Left out, it is the only one that is registered.
 */
export function matchRedirectUri(requested: string, registered: readonly string[]): string | null {
  if (requested === '') return registered.length === 1 ? (registered[0] ?? null) : null;
  const isKnown = registered.some((uri) => uri === requested || isSameLoopback(requested, uri));
  return isKnown && isUsable(requested) ? requested : null;
}

function isSameLoopback(requested: string, registered: string): boolean {
  const [one, other] = [parseRequestUri(requested), parseRequestUri(registered)];
  if (!one || !other || one.scheme !== 'http' || !isLoopback(one.hostname)) return false;
  return one.hostname === other.hostname && one.path === other.path && one.query === other.query;
}

const isLoopback = (hostname: string): boolean =>
  hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'));

const isUsable = (uri: string): boolean => parseRequestUri(uri)?.scheme !== '' && !uri.includes('#');

/** Adds parameters to a URI's query as Go does: sorted, whatever order the URI had. */
export function withQuery(uri: string, parameters: Readonly<Record<string, string>>): string {
  const [base = '', query = ''] = uri.split(/\?(.*)/s);
  const all = new URLSearchParams(query);
  for (const [name, value] of Object.entries(parameters)) all.set(name, value);
  all.sort();
  return `${base}?${all.toString()}`;
}

export const withFragment = (uri: string, parameters: Readonly<Record<string, string>>): string => {
  const all = new URLSearchParams(parameters);
  all.sort();
  return `${uri}#${all.toString()}`;
};
