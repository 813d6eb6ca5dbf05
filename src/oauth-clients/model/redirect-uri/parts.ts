/** A URI as it was written, in the terms of RFC 3986, section 3. The fragment is only in `raw`. */
export interface UriParts {
  readonly raw: string;
  /** Empty if there is none. */
  readonly scheme: string;
  readonly userinfo: string | undefined;
  /** Undefined without `//`; empty where nothing follows it. */
  readonly host: string | undefined;
  readonly port: string | undefined;
  readonly path: string;
  readonly query: string | undefined;
}

/** RFC 3986, appendix B: matches every string. */
const URI =
  /^(?:(?<scheme>[^:/?#]+):)?(?:\/\/(?<authority>[^/?#]*))?(?<path>[^?#]*)(?:\?(?<query>[^#]*))?(?:#.*)?$/s;
const AUTHORITY = /^(?:(?<userinfo>.*)@)?(?<host>\[[^\]]*\]|[^:]*)(?::(?<port>.*))?$/s;

export function split(raw: string): UriParts {
  const { scheme = '', authority, path = '', query } = URI.exec(raw)?.groups ?? {};
  const { userinfo, host, port } = (authority === undefined ? null : AUTHORITY.exec(authority)?.groups) ?? {};
  return { raw, scheme, userinfo, host, port, path, query };
}

/** RFC 3986, section 5.3, without user information and fragment. */
export function compose({ scheme, host, port, path, query }: Omit<UriParts, 'raw' | 'userinfo'>): string {
  const authority = host === undefined ? '' : `//${host}${port === undefined ? '' : `:${port}`}`;
  return `${scheme}:${authority}${path}${query === undefined ? '' : `?${query}`}`;
}

/** Whether the scheme is one that servers answer. Every other is an app's own. */
export const isWeb = ({ scheme }: Pick<UriParts, 'scheme'>): boolean =>
  scheme === 'https' || scheme === 'http';

const DEFAULT_PORTS: Readonly<Record<string, string>> = { https: '443', http: '80' };

/**
 * The URI as a WHATWG parser should give it back. The two spellings that owners use and no parser confuses may stay: no
 * path, and the default port.
 */
export function asParsersWriteIt(uri: UriParts): string {
  if (!isWeb(uri)) return uri.raw;
  const port = uri.port === DEFAULT_PORTS[uri.scheme] ? undefined : uri.port;
  return compose({ ...uri, port, path: uri.path || '/' });
}
