import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { AuthorizationServer } from '../authorization-server/authorization-server.js';
import type { Config } from '../config/config.js';

/**
 * Request headers that browser applications may send: those that the API reads, and those that tracing tools add to every
 * request (W3C Trace Context, Sentry).
 */
const REQUEST_HEADERS = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'If-None-Match',
  'X-Request-Id',
  'Cache-Control',
  'traceparent',
  'tracestate',
  'baggage',
  'sentry-trace',
];

/**
 * Response headers that browser applications may read, beside those that every page may (CORS-safelisted in the Fetch
 * standard, such as `Cache-Control` and `Content-Type`).
 */
const ANSWER_HEADERS = [
  'ETag',
  'Idempotency-Replayed',
  'Location',
  'RateLimit',
  'RateLimit-Policy',
  'Retry-After',
  'WWW-Authenticate',
  'X-Request-Id',
];

/**
 * Lets pages of the configured origins call the API. The authorization server in this process, if there is one, decides
 * for its own endpoints.
 */
export function allowOrigins(
  nest: NestFastifyApplication,
  { corsOrigins, corsHeaders }: Config,
  { endpoints }: Pick<AuthorizationServer, 'endpoints'>,
): void {
  if (corsOrigins.length === 0) return;
  const options = {
    origin: [...corsOrigins],
    methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
    allowedHeaders: [...REQUEST_HEADERS, ...corsHeaders],
    exposedHeaders: ANSWER_HEADERS,
    maxAge: 600,
  };
  const isOfServer = ({ url }: FastifyRequest): boolean =>
    endpoints !== null && url.startsWith(`${endpoints.path}/`);
  nest.enableCors({
    delegator: (request: FastifyRequest, done: (error: Error | null, options: object) => void) => {
      done(null, isOfServer(request) ? { origin: false } : options);
    },
  } as object);
}

/** The API description is public and the same for everybody, so tools on every page may read it. */
const PUBLIC_DOCUMENT = '/openapi.json';

export function openDocumentToAll(fastify: FastifyInstance): void {
  fastify.addHook('onRoute', (route) => {
    if (route.url !== PUBLIC_DOCUMENT) return;
    // Before the handler and after the hooks of CORS, which may have named one origin.
    route.preValidation = (_request, reply, done) => {
      void reply.header('access-control-allow-origin', '*');
      done();
    };
  });
}
