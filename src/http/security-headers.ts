import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/config.js';

export type SecurityHeaders = readonly (readonly [name: string, value: string])[];

/** One policy for all: the API serves no pages, and Swagger UI needs its own scripts and inline styles. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "base-uri 'none'",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "img-src 'self' data:",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
].join(';');

/** What browsers must keep to (OWASP Secure Headers). The same for every answer, so made once. */
export const securityHeaders = ({ publicUrl }: Pick<Config, 'publicUrl'>): SecurityHeaders =>
  Object.entries({
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    // Told to browsers only where it is true: on localhost it would lock them out of every other port.
    ...(publicUrl.startsWith('https:') && {
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
    }),
  });

/** On the raw response, so that the authorization server's answers carry them, and the request's id, too. */
export function sendStandardHeaders(fastify: FastifyInstance, headers: SecurityHeaders): void {
  fastify.addHook('onRequest', (request, reply, done) => {
    for (const [name, value] of headers) reply.raw.setHeader(name, value);
    // Of the caller alone, and to be asked about before it is used again. Answers that may not be kept say so themselves.
    if (request.url.startsWith('/v1/')) reply.raw.setHeader('cache-control', 'private, no-cache');
    reply.raw.setHeader('x-request-id', request.id);
    done();
  });
}
