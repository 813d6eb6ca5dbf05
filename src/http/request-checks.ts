import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Problem } from '../problem-details/problem.js';

/** Several times what browsers and gateways send together. */
const MAX_HEADERS = 100;

type RequestCheck = (request: FastifyRequest) => Problem | undefined;

const CHECKS: readonly RequestCheck[] = [hasTooManyHeaders, hasNotOneHost, hasFragment];

/** Refuses what this service and a proxy before it could read differently. */
export function refuseAmbiguousRequests(fastify: FastifyInstance): void {
  // Node drops headers past a count without a word, and with them what somebody goes by.
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
  // Names and values take turns.
  if (raw.rawHeaders.length <= MAX_HEADERS * 2) return undefined;
  return new Problem('headers_too_large', `A request may have at most ${MAX_HEADERS} headers.`);
}

/** RFC 9112, section 3.2: only HTTP/1.0 may leave the Host out. Of several Node keeps the first; a proxy may not have. */
function hasNotOneHost({ raw }: FastifyRequest): Problem | undefined {
  const hosts = countHosts(raw.rawHeaders);
  if (hosts === 1 || (hosts === 0 && raw.httpVersion === '1.0')) return undefined;
  return new Problem('bad_request', 'A request needs exactly one Host header.');
}

function countHosts(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i];
    if (name?.length === 4 && name.toLowerCase() === 'host') count += 1;
  }
  return count;
}

/** RFC 9112, section 3.2: a request target holds no fragment. The router would cut it off, and a proxy before it may not have. */
function hasFragment({ url }: FastifyRequest): Problem | undefined {
  return url.includes('#') ? new Problem('bad_request', 'The path must not contain "#".') : undefined;
}
