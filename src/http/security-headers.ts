import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/config.js';
import { oauthEndpoints } from '../config/oauth-endpoints.js';

export type SecurityHeaders = readonly (readonly [name: string, value: string])[];

/**
 * One policy for all: the API serves no pages, and Swagger UI needs its own scripts and inline styles.
 *
 * @param elsewhere the other origin from which Swagger UI gets tokens; null where that is the service's own
 */
const contentSecurityPolicy = (elsewhere: string | null): string =>
  [
    "default-src 'none'",
    "base-uri 'none'",
    `connect-src 'self'${elsewhere === null ? '' : ` ${elsewhere}`}`,
    "form-action 'self'",
    "frame-ancestors 'none'",
    "img-src 'self' data:",
    "script-src 'self'",
    "style-src 'self' 'unsafe-inline'",
  ].join(';');

/** The origin at which Swagger UI signs people in, where that is not the service's own. */
const signInElsewhere = (config: Config): string | null =>
  config.hydra?.swaggerClientId ? new URL(oauthEndpoints(config).token).origin : null;

/** What browsers must keep to (OWASP Secure Headers). The same for every answer, so made once. */
export const securityHeaders = (config: Config): SecurityHeaders =>
  Object.entries({
    'content-security-policy': contentSecurityPolicy(signInElsewhere(config)),
    [OPENER_POLICY]: 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    // Sent only by a service that is reached by https: on localhost it would lock browsers out of every other port.
    ...(config.publicUrl.startsWith('https:') && {
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
    }),
  });

const OPENER_POLICY = 'cross-origin-opener-policy';

/**
 * Where people sign in at another origin, in a popup, that window comes back to Swagger UI with the answer. Under the policy
 * of all other pages the browser would sever the two windows for good (HTML standard, cross-origin opener policies).
 */
const openerPolicyOf = (url: string): string =>
  url.startsWith('/docs/oauth2-redirect.html') ? 'unsafe-none' : 'same-origin-allow-popups';

/** Sets headers on the raw response, so that the authorization server's answers carry them, and the request's id, too. */
export function sendStandardHeaders(
  fastify: FastifyInstance,
  config: Config,
  headers: SecurityHeaders,
): void {
  const isSignInElsewhere = signInElsewhere(config) !== null;
  fastify.addHook('onRequest', (request, reply, done) => {
    for (const [name, value] of headers) reply.raw.setHeader(name, value);
    // A cache may keep an answer for its caller alone, and revalidates it before use. Answers with a secret say `no-store`.
    if (request.url.startsWith('/v1/')) reply.raw.setHeader('cache-control', 'private, no-cache');
    else if (isSignInElsewhere && request.url.startsWith('/docs'))
      reply.raw.setHeader(OPENER_POLICY, openerPolicyOf(request.url));
    reply.raw.setHeader('x-request-id', request.id);
    done();
  });
}
