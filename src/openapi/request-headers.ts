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
      'The `ETag` that the call is based on. If the client has another revision since, the answer is 412.',
    schema: ENTITY_TAGS,
  },
  'If-None-Match': {
    description:
      "An earlier `ETag`. While it is still the client's, a read is answered with 304, and a change with 412.",
    schema: ENTITY_TAGS,
  },
  'Idempotency-Key': {
    description:
      'A text for this call alone, such as a random UUID. If its answer was lost, send the same call with the same ' +
      'key again: for 24 hours nothing more is done and the answer is the same, with its secret for 10 minutes ' +
      '(draft-ietf-httpapi-idempotency-key-header).',
    schema: { type: 'string', minLength: 1, maxLength: MAX_IDEMPOTENCY_KEY, pattern: '^[!-~]+$' },
  },
} as const satisfies Readonly<Record<string, Pick<ApiHeaderOptions, 'description' | 'schema'>>>;

export type RequestHeader = keyof typeof REQUEST_HEADERS;
