import type { ApiHeaderOptions } from '@nestjs/swagger';

/** Characters of entity tags and the commas between them. */
export const MAX_ENTITY_TAGS = 1_024;

/** Characters of an `Idempotency-Key`, without quotes. */
export const MAX_IDEMPOTENCY_KEY = 255;

const ENTITY_TAGS = {
  type: 'string',
  minLength: 1,
  maxLength: MAX_ENTITY_TAGS,
  pattern: String.raw`^ *(\*|(W/)?"[!#-~]*"( *, *(W/)?"[!#-~]*")*) *$`,
} as const;

/** The optional headers that calls understand. Without examples: Swagger UI would send them. */
export const REQUEST_HEADERS = {
  'If-Match': {
    description:
      'The `ETag` the call is based on. Its revision is compared: if the client has another one since, the answer is 412.',
    schema: ENTITY_TAGS,
  },
  'If-None-Match': {
    description:
      'An `ETag` that was given before. While it is that of the client, a read is answered with 304, and a change with 412.',
    schema: ENTITY_TAGS,
  },
  'Idempotency-Key': {
    description:
      'Any text of its own, such as a random UUID. For 24 hours the same call with the same key does nothing more and is ' +
      'answered alike, with its secret for 10 minutes: send it again when an answer was lost ' +
      '(draft-ietf-httpapi-idempotency-key-header).',
    schema: { type: 'string', minLength: 1, maxLength: MAX_IDEMPOTENCY_KEY, pattern: '^[!-~]+$' },
  },
} as const satisfies Readonly<Record<string, Pick<ApiHeaderOptions, 'description' | 'schema'>>>;

export type RequestHeader = keyof typeof REQUEST_HEADERS;
