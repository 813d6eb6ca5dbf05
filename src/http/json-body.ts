import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import { Problem } from '../problem-details/problem.js';
import { structureOf } from '../lib/json-structure.js';
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

/** The value of a JSON text (RFC 8259). Throws a 400 problem for what is not one, or could be read in two ways. */
export function parseJsonBody(body: Buffer, maxDepth = LIMITS.depth): unknown {
  const text = decode(body);
  const value = parse(text);
  const { depth, members } = structureOf(text);
  if (depth > maxDepth) throw badRequest(`The body is nested more than ${maxDepth} levels deep.`);
  if (isObject(value) && Object.keys(value).length !== members) {
    throw badRequest('The body has a member twice.');
  }
  return value;
}

function decode(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw badRequest('The body is not valid UTF-8.');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest('The body is not valid JSON.');
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const unsupportedMediaType = (): Problem =>
  new Problem('unsupported_media_type', 'Send application/json in UTF-8, without a content encoding.');

const badRequest = (detail: string): Problem => new Problem('bad_request', detail);
