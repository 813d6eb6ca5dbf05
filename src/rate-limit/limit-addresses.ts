import type { FastifyInstance } from 'fastify';
import { MOUNT_PATH } from '../authorization-server/embedded/embedded-issuer.js';
import type { RateLimits } from './rate-limits.js';

/** Where clients of the embedded authorization server prove who they are, out of reach of guards. */
const TOKEN_ENDPOINT = `${MOUNT_PATH}/token`;

/** Limits every address before any other work, and counts the 401 answers it gets. */
export function limitAddresses(fastify: FastifyInstance, limits: RateLimits): void {
  // With callbacks: an async hook costs more than the limit itself.
  fastify.addHook('onRequest', ({ ip, url }, _reply, done) => {
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
