import type { FastifyInstance } from 'fastify';
import { Problem } from '../problem-details/problem.js';

/** Several times what browsers and gateways send together. */
const MAX_HEADERS = 100;

/** Node drops headers past a count without a word, and with them what this service or a proxy before it goes by. */
export function refuseManyHeaders(fastify: FastifyInstance): void {
  fastify.server.maxHeadersCount = 0;
  fastify.addHook('onRequest', ({ raw }, _reply, done) => {
    // Names and values take turns.
    if (raw.rawHeaders.length <= MAX_HEADERS * 2) done();
    else done(new Problem('headers_too_large', `A request may have at most ${MAX_HEADERS} headers.`));
  });
}
