import type { FastifyInstance } from 'fastify';
import { Problem } from '../problem-details/problem.js';

/** RFC 9112, section 3.2: a request target holds no fragment. The router would cut it off, and a proxy before it may not have. */
export function refuseFragments(fastify: FastifyInstance): void {
  fastify.addHook('onRequest', async ({ url }) => {
    if (url.includes('#')) throw new Problem('bad_request', 'The path must not contain "#".');
  });
}
