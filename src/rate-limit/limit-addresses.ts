import type { FastifyInstance, FastifyRequest } from 'fastify';
import { MOUNT_PATH } from '../config/embedded-issuer.js';
import type { RateLimits } from './rate-limits.js';

/** Where clients of the embedded authorization server prove who they are, out of reach of guards. */
const TOKEN_ENDPOINT = `${MOUNT_PATH}/token`;

/**
 * Limits every address before any other work, and counts the 401 answers it gets.
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
    const { ip, url } = request;
    const admitted = limits.admitAddress(ip);
    const allowed = url.startsWith(TOKEN_ENDPOINT)
      ? admitted.then(() => limits.admitCredentials(ip))
      : admitted;
    allowed.then(() => done(), done);
  });
  fastify.addHook('onResponse', ({ ip }, reply, done) => {
    if (reply.statusCode === 401) void limits.noteFailedAuthentication(ip);
    done();
  });
}
