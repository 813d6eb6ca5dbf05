import { inPunycode, nearestHost } from './host.js';
import { compose, isWeb, split, type UriParts } from './parts.js';
import { decodings, hasWildcard, INVISIBLE, isUtf8, PLACEHOLDER, SLASH } from './patterns.js';

/*
 * What the owner of a client probably meant by a redirect URI that is refused. Nothing here decides what is accepted: every
 * result is judged again, and only ever shown.
 */

type Repair = (uri: UriParts) => string;
type Edit = (text: string) => string;

export const EXAMPLE_URI = 'https://app.example.com/callback';
const EXAMPLE_ORIGIN = 'https://app.example.com';
const EXAMPLE_SCHEME = 'com.example.app';

const EVERY_INVISIBLE = new RegExp(INVISIBLE, 'gu');
const WILDCARDS = /\*|%(?:25)*2a/gi;
const WILDCARDS_ALONE = /^(?:\*|%(?:25)*2a)+$/i;

const encoded: Edit = (text) =>
  text.replace(/[^\w\-.~:/?#[\]@!$&'()*+,;=%]/gu, (character) => encodeURIComponent(character));

export const inHost =
  (edit: Edit): Repair =>
  (uri) =>
    compose({ ...uri, host: uri.host && edit(uri.host) });

export const inQuery =
  (edit: Edit): Repair =>
  (uri) =>
    compose({ ...uri, query: uri.query && edit(uri.query) });

/** Leaves everything before the path as it is written. */
export const inPathAndQuery =
  (edit: Edit): Repair =>
  (uri) => {
    const start = startOf(uri);
    return start + edit(uri.raw.slice(start.length));
  };

/** Scheme and authority, as they are written. */
const startOf = ({ raw }: UriParts): string => /^(?:[^:/?#]+:)?(?:\/\/[^/?#]*)?/.exec(raw)?.[0] ?? '';

export const withoutBlanks: Repair = ({ raw }) => {
  const visible = raw.replace(EVERY_INVISIBLE, (found) => (found === ' ' ? found : '')).trim();
  const start = startOf(split(visible));
  return start.replaceAll(' ', '') + visible.slice(start.length).replaceAll(' ', '%20');
};

export const withoutQuotes: Repair = ({ raw }) =>
  raw.replace(/^["'`<(“”‘’«»]+/, '').replace(/["'`>)“”‘’«»,;]+$/, '');

export const withoutPlaceholders: Repair = ({ raw }) =>
  raw
    .replace(
      new RegExp(PLACEHOLDER, 'g'),
      (_, braced?: string, angled?: string) => (braced ?? angled ?? '').replace(/[^\w-]/g, '') || 'x',
    )
    .replace(/\$?[{}]/g, '');

export const withAsciiHost = inHost(inPunycode);

export const withUriCharacters: Repair = (uri) => {
  const start = startOf(uri);
  return start.replace(/[^\w\-.~:/?#[\]@!$&'()*+,;=]/g, '') + encoded(uri.raw.slice(start.length));
};

export const withoutWildcards: Repair = (uri) => {
  const { scheme, host, port, path } = uri;
  if (scheme === '' || host === undefined) {
    return scheme === '' && !path.startsWith('/') ? `https://${uri.raw}` : inPathAndQuery(exactPath)(uri);
  }
  const isAnyPort = port !== undefined && hasWildcard(port);
  return compose({
    ...uri,
    host: isAnyPort && host === 'localhost' ? '127.0.0.1' : exactHost(host),
    port: isAnyPort ? undefined : port,
    path: exactPath(path),
  });
};

const exactHost: Edit = (host) =>
  WILDCARDS_ALONE.test(host)
    ? 'app.example.com'
    : host
        .split('.')
        .map((label) => label.replace(WILDCARDS_ALONE, 'app').replace(WILDCARDS, 'pr-1'))
        .join('.');

const exactPath: Edit = (path) =>
  path.replace(/(?<=\/)(?:\*|%(?:25)*2a)+(?=\/|$)/gi, 'callback').replace(WILDCARDS, '1');

export const withScheme: Repair = ({ raw }) => {
  if (raw === '') return EXAMPLE_URI;
  if (/^https?\/\//i.test(raw)) return raw.replace(/\/\//, '://');
  if (/^https?%3a/i.test(raw)) return raw.replace(/%3a/i, ':').replace(/%2f/gi, '/');
  if (raw.startsWith('//')) return `https:${raw}`;
  if (/^[/?]/.test(raw)) return EXAMPLE_ORIGIN + raw;
  const rest = raw.replace(/^:\/*/, '');
  return /^(?:localhost|127\.0\.0\.1|\[::1\])(?:[:/?]|$)/.test(rest) ? `http://${rest}` : `https://${rest}`;
};

const afterScheme = ({ raw, scheme }: UriParts): string => raw.slice(scheme.length + 1);

export const withoutForbiddenScheme: Repair = (uri) => {
  const { scheme, host = '', path } = uri;
  const lower = scheme.toLowerCase();
  // Chrome's `identity` API takes the answers for an extension at this host.
  if (lower === 'chrome-extension') return `https://${host}.chromiumapp.org${path}`;
  if (lower === 'urn') return 'http://127.0.0.1/callback';
  return withExampleScheme({ ...uri, raw: `${EXAMPLE_SCHEME}:/callback`, scheme: EXAMPLE_SCHEME });
};

export const withReverseDomain: Repair = (uri) => {
  const own = uri.scheme.replace(/[^a-z\d-]/g, '').replace(/-+$/, '');
  return `com.example.${own.slice(0, 63) || 'app'}:${afterScheme(uri)}`;
};

export const withExampleScheme: Repair = (uri) => `${EXAMPLE_SCHEME}:${afterScheme(uri)}`;

/** `https:app.example.com/callback` names one without slashes, `https:///callback` none. */
export const withHost: Repair = (uri) => {
  const rest = uri.path.replace(/^\/+/, '');
  const query = uri.query === undefined ? '' : `?${uri.query}`;
  const isHost = /^(?:localhost|\[|[^/]*\.)/.test(rest);
  return `${uri.scheme}://${isHost ? '' : 'app.example.com/'}${rest}${query}`;
};

export const withTarget: Repair = (uri) =>
  compose({ ...uri, host: undefined, path: `/${uri.path.replace(/^\/+/, '') || 'callback'}` });

export const withNearestHost: Repair = (uri) =>
  inHost((host) => (isWeb(uri) ? nearestHost(host) : host.replace(/%[\da-f]{2}|[[\]%]/gi, '') || 'callback'))(
    uri,
  );

/** Addresses of this machine, and of all its interfaces, stand for the loopback address. */
export const withoutPlainHttp: Repair = (uri) =>
  /^(?:127\.|0\.0\.0\.0$|\[::\d*\]$)/.test(uri.host ?? '')
    ? compose({ ...uri, host: '127.0.0.1' })
    : compose({ ...uri, scheme: 'https' });

export const withPlainPort: Repair = (uri) => {
  const port = /^0*(\d{1,5})$/.exec(uri.port ?? '')?.[1];
  const isUsable = port !== undefined && Number(port) > 0 && Number(port) <= 65_535;
  return compose({ ...uri, port: isUsable ? String(Number(port)) : undefined });
};

/** RFC 3986, section 5.2.4, where a segment may be encoded or have parameters. */
export const withoutDotSegments: Repair = (uri) => {
  const kept: string[] = [];
  for (const segment of uri.path.split(SLASH)) {
    const name = decodings(segment).at(-1)?.split(';')[0];
    if (name === '..') kept.splice(Math.max(1, kept.length - 1));
    else if (name !== '.') kept.push(segment);
  }
  return compose({ ...uri, path: kept.join('/') || '/' });
};

export const withoutControls: Repair = ({ raw }) =>
  raw.replace(/%(?:25)*(?:[01][\da-f]|7f|c2%(?:25)*[89][\da-f])/gi, '');

/** Takes bytes that are not UTF-8 for Latin-1, which older software percent-encodes. */
export const asUtf8: Edit = (text) =>
  text.replace(/(?:%[\da-f]{2})+/gi, (run) =>
    isUtf8(run)
      ? run
      : run.replace(/%([89a-f][\da-f])/gi, (_, byte: string) =>
          encodeURIComponent(String.fromCharCode(Number.parseInt(byte, 16))),
        ),
  );
