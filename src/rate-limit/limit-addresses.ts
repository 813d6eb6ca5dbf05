import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { RateLimits } from './rate-limits.js';

/**
 * Paths that need no token and cost much: `/docs` and all below it, the document, all metrics, and the authorization endpoint,
 * where a sign-in has to be remembered.
 */
const DEAR = /^\/(?:docs|openapi\.json|metrics|oauth2\/auth)(?:[/?]|$)/;

/**
 * Limits every address before any other work, and counts the 401 answers it gets. Whoever makes such an answer asks
 * `RateLimits.admitFailure` first.
 *
 * @param isExempt tells who may ask as often as need be: one address that asks for all others
 */
export function limitAddresses(
  fastify: FastifyInstance,
  limits: RateLimits,
  isExempt: (request: FastifyRequest) => boolean,
): void {
  // With callbacks: an async hook costs more than the limit itself.
  fastify.addHook('onRequest', (request, _reply, done) => {
    if (isExempt(request)) return done();
    admit(request, limits).then(() => done(), done);
  });
  fastify.addHook('onResponse', ({ ip }, reply, done) => {
    if (reply.statusCode === 401) void limits.noteFailedAuthentication(ip);
    done();
  });
}

async function admit({ ip, url }: FastifyRequest, limits: RateLimits): Promise<void> {
  await limits.admitAddress(ip);
  if (DEAR.test(url)) await limits.admitAnonymous(ip);
}
