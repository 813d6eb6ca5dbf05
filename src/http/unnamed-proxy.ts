import type { FastifyInstance } from 'fastify';
import type { TrustProxy } from '../config/trust-proxy.js';

const NOTICE =
  'Requests carry X-Forwarded-For, and TRUST_PROXY is not set: all callers behind that proxy count as one address. ' +
  'Set TRUST_PROXY to the number of proxies, or to their addresses. (This is said once.)';

/** Warns in the log, once, when a request has `X-Forwarded-For` although `TRUST_PROXY` names no proxy. */
export function noticeUnnamedProxy(fastify: FastifyInstance, trustProxy: TrustProxy): void {
  let isDue = typeof trustProxy !== 'number' && trustProxy.length === 0;
  fastify.addHook('onRequest', ({ headers, log }, _reply, done) => {
    if (isDue && headers['x-forwarded-for'] !== undefined) {
      isDue = false;
      log.warn(NOTICE);
    }
    done();
  });
}
