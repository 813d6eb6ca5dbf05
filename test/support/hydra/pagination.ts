import { malformed } from './hydra-error.js';

const TOKEN_LIFETIME_MS = 3_600_000;

interface Page {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly limit: number;
  /** The last id of this page, where another one follows. */
  readonly next: string | undefined;
}

/** The `Link` header of a list. */
export function linksOf({ path, query, limit, next }: Page): string {
  const link = (relation: string, after: string): string => {
    const parameters = new URLSearchParams(query);
    parameters.set('page_size', String(limit));
    parameters.set('page_token', pageToken(after));
    parameters.sort();
    return `<${path}?${parameters.toString()}>; rel="${relation}"`;
  };
  return [link('first', ''), ...(next === undefined ? [] : [link('next', next)])].join(',');
}

const pageToken = (after: string): string =>
  Buffer.from(JSON.stringify({ after, expires: Date.now() + TOKEN_LIFETIME_MS })).toString('base64url');

/** The id a page starts behind. @throws 400 for a token that is none, or older than an hour */
export function pageTokenId(token: string): string {
  if (token === '') return '';
  const { after, expires } = decode(token);
  if (expires < Date.now()) throw unusable('page token expired, do not persist page tokens');
  return after;
}

function decode(token: string): { after: string; expires: number } {
  try {
    return JSON.parse(Buffer.from(token, 'base64url').toString()) as { after: string; expires: number };
  } catch {
    throw unusable('decode token: illegal base64 data at input byte 0');
  }
}

const unusable = (reason: string) => malformed(`Unable to parse pagination parameters: ${reason}`);
