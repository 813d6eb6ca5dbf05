/** What Go's `url.ParseRequestURI` makes of an address: Hydra accepts as a URI what that accepts. */
export interface GoUrl {
  readonly scheme: string;
  readonly user: string;
  readonly hostname: string;
  readonly port: string;
  readonly path: string;
  readonly query: string;
}

const PARTS = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?:\/\/([^/?]*))?([^?]*)(?:\?(.*))?$/s;
const hasControl = (text: string): boolean =>
  [...text].some((character) => character < ' ' || character === '\u007f');

/** An absolute URI, opaque ones included, or an absolute path. @returns null for anything else */
export function parseRequestUri(uri: string): GoUrl | null {
  const [, scheme = '', authority, path = '', query = ''] = PARTS.exec(uri) ?? [];
  if (uri === '' || hasControl(uri)) return null;
  if (scheme === '' && !uri.startsWith('/')) return null;
  if (/%(?![0-9a-fA-F]{2})/.test(path)) return null;
  const [, user = '', hostname = '', port = ''] = AUTHORITY.exec(authority ?? '') ?? [];
  if (authority !== undefined && !AUTHORITY.test(authority)) return null;
  return { scheme: scheme.toLowerCase(), user, hostname, port, path, query };
}

const AUTHORITY = /^(?:([^@]*)@)?(\[[^\]]*\]|[^:[\]\s"<>\\^`{|}]*)(?::(\d*))?$/;
