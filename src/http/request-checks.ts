import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../problem-details/problem.js';

/** Headers of one request: several times what browsers and gateways send together. */
const MAX_HEADERS = 100;

type RequestCheck = (request: FastifyRequest) => Problem | undefined;

/**
 * Headers that may be sent once: of several Node keeps the first, and a proxy may have gone by another. Node itself refuses a
 * second Content-Length.
 */
const SINGLE_HEADERS = ['authorization', 'content-type', 'host'];

const CHECKS: readonly RequestCheck[] = [
  hasTooManyHeaders,
  repeatsHeader,
  lacksHost,
  isNoPath,
  hasFragment,
  hasSecondSpelling,
];

/** For the configuration of a route (`@RouteConfig`) behind whose own path stands that of another service, in any spelling. */
export interface PathConfig {
  readonly ownPath: string;
}

/** Refuses what this service and a proxy before it could read differently. */
export function refuseAmbiguousRequests(fastify: FastifyInstance): void {
  // Node would silently drop headers past a count, which a proxy may have gone by. `hasTooManyHeaders` refuses them instead.
  fastify.server.maxHeadersCount = 0;
  fastify.addHook('onRequest', (request, _reply, done) => {
    for (const check of CHECKS) {
      const problem = check(request);
      if (problem) return done(problem);
    }
    done();
  });
}

function hasTooManyHeaders({ raw }: FastifyRequest): Problem | undefined {
  // `rawHeaders` is a list of names and values in turn.
  if (raw.rawHeaders.length <= MAX_HEADERS * 2) return undefined;
  return new Problem('headers_too_large', `The request has too many headers: send at most ${MAX_HEADERS}.`);
}

function repeatsHeader({ raw: { headersDistinct } }: FastifyRequest): Problem | undefined {
  if (!SINGLE_HEADERS.some((name) => (headersDistinct[name]?.length ?? 0) > 1)) return undefined;
  return new Problem('bad_request', 'Each of Authorization, Content-Type and Host may be sent once only.');
}

/** RFC 9112, section 3.2: only HTTP/1.0 may leave the Host out. */
function lacksHost({ raw }: FastifyRequest): Problem | undefined {
  if (raw.headers.host !== undefined || raw.httpVersion === '1.0') return undefined;
  return new Problem('bad_request', 'The request has no Host header: send one.');
}

/**
 * A whole URL names a host that the Host header may contradict. By RFC 9112, section 3.2.2, servers must take one; but only
 * proxies are sent them, and every rule that goes by the path would have to parse them as the router does.
 */
function isNoPath({ url }: FastifyRequest): Problem | undefined {
  if (url.startsWith('/')) return undefined;
  return new Problem('bad_request', 'The request target must be a path, which begins with "/".');
}

/** RFC 9112, section 3.2: a request target holds no fragment. The router would cut it off, and a proxy before it may not have. */
function hasFragment({ url }: FastifyRequest): Problem | undefined {
  return url.includes('#')
    ? new Problem('bad_request', 'The path must not contain "#": leave out what begins with it.')
    : undefined;
}

/** A percent-encoded letter, digit, `-`, `.`, `_` or `~` (RFC 3986, section 2.3). */
const ENCODED_UNRESERVED = /%(?:4[1-9a-f]|5[\daf]|6[1-9a-f]|7[\dae]|3\d|2[de])/i;

/**
 * RFC 3986, section 6.2.2.2: the router would take `/metric%73` for `/metrics`, and a rule of a proxy for that literal path
 * would not. So a path has one spelling.
 */
function hasSecondSpelling({ url, routeOptions }: FastifyRequest): Problem | undefined {
  const [found] = ENCODED_UNRESERVED.exec(url.split('?', 1)[0] ?? '') ?? [];
  if (found === undefined) return undefined;
  const { ownPath } = routeOptions.config as Partial<PathConfig>;
  if (ownPath !== undefined && url.startsWith(`${ownPath}/`)) return undefined;
  const plain = decodeURIComponent(found);
  return new Problem(
    'bad_request',
    `The path must not encode what needs no encoding: write "${plain}" for "${found}".`,
  );
}
