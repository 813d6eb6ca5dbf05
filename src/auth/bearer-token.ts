import type { IncomingHttpHeaders } from 'node:http';
import { bearerTokenIn } from '../lib/bearer.js';
import { InvalidToken } from './invalid-token.js';

/** What is needed of a request: a Fastify request has both, and nothing else of it is looked at. */
export interface BearerRequest {
  readonly headers: IncomingHttpHeaders;
  readonly raw?: { readonly rawHeaders: readonly string[] };
}

const BEARER_SCHEME = /^bearer(?:\s|$)/i;

/**
 * The bearer token of a request, or null without one (no credentials, or another scheme). Only the Authorization
 * header counts: tokens in the query, a form or a cookie are not looked at (RFC 9700, section 4.3.2).
 *
 * @throws InvalidToken when the header is repeated, or says Bearer and is malformed
 */
export function bearerToken(request: BearerRequest): string | null {
  const header = request.headers.authorization;
  if (header === undefined) return null;
  if (isRepeated(request.raw?.rawHeaders ?? [])) throw new InvalidToken('authorization_header');
  const token = bearerTokenIn(header);
  if (token !== undefined) return token;
  if (BEARER_SCHEME.test(header)) throw new InvalidToken('authorization_header');
  return null;
}

/** Node keeps the first of two Authorization headers, a proxy before it may have judged the other. */
function isRepeated(rawHeaders: readonly string[]): boolean {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    if (name?.length === 13 && name.toLowerCase() === 'authorization') count += 1;
  }
  return count > 1;
}
