import type { ApiHeaderOptions } from '@nestjs/swagger';

/** Entity tags and the commas between them. */
export const MAX_IF_MATCH = 1_024;

/** The optional headers that calls understand. Without examples: Swagger UI would send them. */
export const REQUEST_HEADERS = {
  'If-Match': {
    description:
      'The `ETag` the change is based on, such as `"7"`. If the client has changed since, the answer is 412.',
    schema: {
      type: 'string',
      minLength: 1,
      maxLength: MAX_IF_MATCH,
      pattern: String.raw`^ *(\*|(W/)?"[!#-~]*"( *, *(W/)?"[!#-~]*")*) *$`,
    },
  },
} as const satisfies Readonly<Record<string, Pick<ApiHeaderOptions, 'description' | 'schema'>>>;

export type RequestHeader = keyof typeof REQUEST_HEADERS;
