import type { ApiResponseOptions } from '@nestjs/swagger';

interface HeaderDocs {
  readonly description: string;
  readonly schema: object;
}

/** Every header of an answer that callers may go by, once for all operations. */
export const RESPONSE_HEADERS = {
  ETag: {
    description:
      'The revision of the client and a digest of all that the answer shows of it, for `If-Match` and ' +
      '`If-None-Match`.',
    schema: { type: 'string', maxLength: 128, pattern: '^"[!#-~]+"$', example: '"7.tJ3kQ0cYx1pVbNeA"' },
  },
  Location: {
    description: 'Path of what was created.',
    schema: { type: 'string', format: 'uri-reference', maxLength: 2_048 },
  },
  'Idempotency-Replayed': {
    description: '`true` if this is the answer of an earlier call with the same `Idempotency-Key`.',
    schema: { type: 'string', enum: ['true'] },
  },
  'Cache-Control': {
    description: 'Whether the answer may be stored: `no-store` where it shows a secret.',
    schema: { type: 'string', maxLength: 64, example: 'no-store' },
  },
  'X-Request-Id': {
    description: "The request's id in the logs: the caller's own `X-Request-Id` if it sent one.",
    schema: { type: 'string', maxLength: 64, pattern: '^[A-Za-z0-9._-]+$' },
  },
  'WWW-Authenticate': {
    description: 'What is wrong with the token, or which scope it lacks (RFC 6750, section 3).',
    schema: {
      type: 'string',
      maxLength: 1_024,
      example: 'Bearer realm="oauth-client-registry", error="invalid_token"',
    },
  },
  'Retry-After': {
    description: 'Seconds to wait before the next try.',
    schema: { type: 'integer', format: 'int32', minimum: 1, maximum: 3_600, example: 5 },
  },
  RateLimit: {
    description:
      'The limit that was reached, and in how many seconds it starts anew (draft-ietf-httpapi-ratelimit-headers).',
    schema: { type: 'string', maxLength: 128, example: '"writes";r=0;t=7' },
  },
  'RateLimit-Policy': {
    description: 'How many requests that limit allows in how many seconds.',
    schema: { type: 'string', maxLength: 128, example: '"writes";q=600;w=60' },
  },
} as const satisfies Readonly<Record<string, HeaderDocs>>;

export type ResponseHeader = keyof typeof RESPONSE_HEADERS;

/** References to the named headers, for the `headers` of an answer. */
export const responseHeaders = (
  names: readonly ResponseHeader[],
): NonNullable<ApiResponseOptions['headers']> =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]));
