import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { MOUNT_PATH } from '../config/embedded-issuer.js';
import { Problem } from '../problem-details/problem.js';
import type { RateLimits } from './rate-limits.js';

/** Where clients prove who they are, to the embedded authorization server or the token gate, out of reach of guards. */
const TOKEN_ENDPOINTS = [`${MOUNT_PATH}/token`, `${MOUNT_PATH}/revoke`];

/**
 * Paths that need no token and cost much: `/docs` and all below it, the document, all metrics, and the authorization endpoint,
 * where a sign-in has to be remembered.
 */
const DEAR = /^\/(?:docs|openapi\.json|metrics|oauth2\/auth)(?:[/?]|$)/;

const refusals = new WeakMap<IncomingMessage, Problem>();

/** The answer to a request that fails to authenticate, in place of 401, when its address has failed too often before. */
export const refusalOfFailure = (request: IncomingMessage): Problem | undefined => refusals.get(request);

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
    admit(request, limits).then(() => done(), done);
  });
  fastify.addHook('onResponse', ({ ip }, reply, done) => {
    if (reply.statusCode === 401) void limits.noteFailedAuthentication(ip);
    done();
  });
}

async function admit({ ip, url, raw }: FastifyRequest, limits: RateLimits): Promise<void> {
  await limits.admitAddress(ip);
  if (DEAR.test(url)) await limits.admitAnonymous(ip);
  if (!TOKEN_ENDPOINTS.some((path) => url.startsWith(path))) return;
  await limits.admitFailure(ip).catch((refusal: unknown) => {
    if (!(refusal instanceof Problem)) throw refusal;
    refusals.set(raw, refusal);
  });
}
