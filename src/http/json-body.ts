import type { FastifyRequest, RouteOptions } from 'fastify';
import { parseStrictJson, StrictJsonError, type JsonFault } from '../lib/strict-json.js';
import { Problem } from '../problem-details/problem.js';
import { readBytes } from './read-bytes.js';

export interface BodyLimits {
  readonly bytes: number;
  /** Levels of nested objects and lists: deeper ones overflow the stack of what walks them later. */
  readonly depth: number;
}

/**
 * A client that was read fits in when it is sent back. Its members have 283,000 characters at the most: 204,800 of redirect and
 * post-logout URIs, 25,600 of scopes, 25,600 of audiences, 15,000 of origins, 8,192 of addresses, and 4,000 of text for people.
 * The rest is for quotes and commas, for characters of several bytes, and for `advice`, which comes back too.
 */
export const MAX_BODY_BYTES = 512 * 1024;
const LIMITS: BodyLimits = { bytes: MAX_BODY_BYTES, depth: 32 };

/** For the configuration of a route (`@RouteConfig`) whose bodies have other bounds than those of all others. */
export interface BodyConfig {
  readonly body: BodyLimits;
}

/**
 * Reads `application/json` in UTF-8 and nothing else: what two readers could read differently is refused.
 *
 * @returns undefined for an empty body
 * @throws Problem 400, 413 or 415
 */
export async function readJsonBody(request: FastifyRequest): Promise<unknown> {
  refuseOtherTypes(request);
  const { bytes, depth } = limitsOf(request.routeOptions);
  const body = await readBytes(request.raw, bytes, () => tooLarge(bytes));
  return body.length > 0 ? parseJsonBody(body, depth) : undefined;
}

const limitsOf = ({ config }: Pick<RouteOptions, 'config'>): BodyLimits =>
  (config as Partial<BodyConfig> | undefined)?.body ?? LIMITS;

const JSON_TYPE = /^application\/json[ \t]*(?:;|$)/i;

function refuseOtherTypes({ headers }: FastifyRequest): void {
  const type = headers['content-type'] ?? '';
  const encoding = headers['content-encoding'];
  const isPlain = encoding === undefined || encoding === 'identity';
  if (isPlain && JSON_TYPE.test(type) && isUtf8(type)) return;
  throw new Problem('unsupported_media_type', 'Send application/json in UTF-8, without a content encoding.');
}

/** Whether the charset is UTF-8, or not named. It may not be named twice: some readers take the first, and some the last. */
function isUtf8(contentType: string): boolean {
  const [charset = 'utf-8', ...others] = Array.from(
    contentType.matchAll(/;\s*charset\s*=\s*"?([^";\s]*)/gi),
    ([, value]) => value,
  );
  return others.length === 0 && /^utf-?8$/i.test(charset);
}

const tooLarge = (limit: number): Problem =>
  new Problem('payload_too_large', `The body is too large: send at most ${limit / 1024} kB.`);

/** The value of strict JSON, with or without a byte order mark (RFC 8259, section 8.1). Throws a 400 problem for others. */
export function parseJsonBody(body: Buffer, maxDepth = LIMITS.depth): unknown {
  try {
    return parseStrictJson(withoutByteOrderMark(body), maxDepth);
  } catch (error) {
    throw error instanceof StrictJsonError ? badRequest(error.fault, maxDepth) : error;
  }
}

const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

const withoutByteOrderMark = (body: Buffer): Buffer =>
  body.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)
    ? body.subarray(BYTE_ORDER_MARK.length)
    : body;

function badRequest(fault: JsonFault, maxDepth: number): Problem {
  const detail = {
    not_utf8: 'The body is not valid UTF-8: send JSON in UTF-8.',
    not_json: 'The body is not valid JSON: send JSON as RFC 8259 has it.',
    too_deep: `The body is nested more than ${maxDepth} levels deep: send a flatter one.`,
    duplicate_member: 'The body has a member twice: send each member once.',
  }[fault];
  return new Problem('bad_request', detail);
}
