import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { Problem } from '../problem-details/problem.js';
import { parseStrictJson, StrictJsonError, type JsonFault } from '../lib/strict-json.js';
import { UnreadableBody } from './unreadable-body.js';

export interface BodyLimits {
  readonly bytes: number;
  /** Levels of nested objects and lists: deeper ones overflow the stack of what walks them later. */
  readonly depth: number;
}

const LIMITS: BodyLimits = { bytes: 64 * 1024, depth: 32 };

/** For the configuration of a route (`@RouteConfig`) that takes other bodies than everybody sends. */
export interface BodyConfig {
  readonly body: BodyLimits;
}

/**
 * Reads `application/json` in UTF-8 and nothing else: what two readers could read differently is refused. Only a body that
 * is too large is refused at once; what is wrong with another is told to those who may call (`ReadableBodyGuard`).
 */
export function useStrictJsonBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addHook('onRoute', (route) => {
    route.bodyLimit = limitsOf(route).bytes;
  });
  fastify.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: LIMITS.bytes },
    async (request: FastifyRequest, body: Buffer) => readBody(request, body),
  );
  fastify.addContentTypeParser('*', (_request, _payload, done) => {
    done(null, new UnreadableBody(unsupportedMediaType()));
  });
}

const limitsOf = ({ config }: Pick<RouteOptions, 'config'>): BodyLimits =>
  (config as Partial<BodyConfig> | undefined)?.body ?? LIMITS;

function readBody(request: FastifyRequest, body: Buffer): unknown {
  try {
    refuseOtherEncodings(request);
    return body.length > 0 ? parseJsonBody(body, limitsOf(request.routeOptions).depth) : undefined;
  } catch (error) {
    if (error instanceof Problem) return new UnreadableBody(error);
    throw error;
  }
}

function refuseOtherEncodings({ headers }: FastifyRequest): void {
  const encoding = headers['content-encoding'];
  const isPlain = encoding === undefined || encoding === 'identity';
  if (!isPlain || !isUtf8(headers['content-type'] ?? '')) throw unsupportedMediaType();
}

/** Of a repeated parameter some readers take the first and some the last. */
function isUtf8(contentType: string): boolean {
  const [charset = 'utf-8', ...others] = Array.from(
    contentType.matchAll(/;\s*charset\s*=\s*"?([^";\s]*)/gi),
    ([, value]) => value,
  );
  return others.length === 0 && /^utf-?8$/i.test(charset);
}

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
    not_utf8: 'The body is not valid UTF-8.',
    not_json: 'The body is not valid JSON.',
    too_deep: `The body is nested more than ${maxDepth} levels deep.`,
    duplicate_member: 'The body has a member twice.',
  }[fault];
  return new Problem('bad_request', detail);
}

const unsupportedMediaType = (): Problem =>
  new Problem('unsupported_media_type', 'Send application/json in UTF-8, without a content encoding.');
