import { LOOPBACK_IP } from '../lib/loopback.js';

const ON_LOOPBACK_IP = new RegExp(`^(http://${LOOPBACK_IP})(?::([1-9]\\d{0,4}))?(?=[/?]|$)`);

/**
 * Whether a redirect URI is one of the registered ones: byte for byte (RFC 9700, section 2.1), except that on a loopback
 * IP literal an app may listen on any port (RFC 8252, section 7.3).
 */
export function isRegisteredRedirectUri(uri: string, registered: readonly string[]): boolean {
  if (registered.includes(uri)) return true;
  const anyPort = withoutLoopbackPort(uri);
  return anyPort !== null && registered.some((own) => withoutLoopbackPort(own) === anyPort);
}

/**
 * The URI without its port, if it is on a loopback IP literal. Null for every other URI, and for a port that no socket
 * can have.
 */
function withoutLoopbackPort(uri: string): string | null {
  const [match, host = '', port = '80'] = ON_LOOPBACK_IP.exec(uri) ?? [];
  return match === undefined || Number(port) > 65_535 ? null : host + uri.slice(match.length);
}

/**
 * Where an authorization response goes, with the redirect URI's own query as it was registered (RFC 6749, section 3.1.2):
 * oidc-provider writes it anew, so that `a/b` becomes `a%2Fb`.
 */
export function keepingQuery(location: string, redirectUri: string): string {
  const query = queryOf(redirectUri);
  const rewritten = new URLSearchParams(query).toString();
  const start = location.indexOf('?') + 1;
  if (query === '' || !location.startsWith(rewritten, start)) return location;
  return location.slice(0, start) + query + location.slice(start + rewritten.length);
}

function queryOf(uri: string): string {
  const start = uri.indexOf('?');
  return start < 0 ? '' : uri.slice(start + 1);
}
