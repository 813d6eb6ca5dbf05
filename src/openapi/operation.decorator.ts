import { applyDecorators, type Type } from '@nestjs/common';
import {
  ApiBody,
  ApiExtraModels,
  ApiHeader,
  ApiOperation,
  ApiResponse,
  getSchemaPath,
} from '@nestjs/swagger';
import { ApiProblems } from '../problem-details/api-problems.decorator.js';
import type { ProblemCode } from '../problem-details/problems.js';
import { REQUEST_HEADERS, type RequestHeader } from './request-headers.js';
import { responseHeaders, type ResponseHeader } from './response-headers.js';

/** What there is to say about an operation. Whoever adds one and forgets a part of it does not compile. */
export interface OperationDocs {
  /** Unique, in camelCase: generated clients name the call by it. */
  readonly id: string;
  /** A few words, imperative. */
  readonly summary: string;
  readonly description: string;
  readonly body?: BodyDocs;
  /** Optional headers that the call understands. */
  readonly headers?: readonly RequestHeader[];
  readonly answer: AnswerDocs;
  /** What is answered, with 200, to whoever asks what the call would do. */
  readonly dryRun?: { readonly type: Type; readonly example: object };
  /** Whether the call answers 304 to a caller that has the present state already (`If-None-Match`). */
  readonly mayBeUnmodified?: true;
  /** Problems beyond those of every call and those that `Authorized` adds. */
  readonly problems: readonly ProblemCode[];
}

interface BodyDocs {
  readonly type: Type;
  /** Whether it may be left out, which means the same as `{}`. */
  readonly optional?: true;
  readonly examples: Readonly<Record<string, { readonly summary: string; readonly value: object }>>;
}

/** The one successful answer. */
export type AnswerDocs = {
  readonly description: string;
  /** Headers beyond those of every answer. */
  readonly headers?: readonly ResponseHeader[];
} & (
  | { readonly status: 200 | 201; readonly type: Type; readonly example: object }
  | { readonly status: 200; readonly text: string; readonly example: string }
  | { readonly status: 204 }
);

/** The problems of every call that takes a body. */
const BODY_PROBLEMS = [
  'payload_too_large',
  'unsupported_media_type',
  'validation_failed',
] as const satisfies readonly ProblemCode[];

/**
 * Describes a route in the API description: the one way to do so. Path parameters, security, the problems of every call,
 * named enums and closed bodies are added where the document is made (`app/openapi/`), which refuses what is incomplete.
 */
export function Operation({
  id,
  summary,
  description,
  body,
  headers = [],
  answer,
  dryRun,
  mayBeUnmodified,
  problems,
}: OperationDocs): MethodDecorator {
  return applyDecorators(
    ApiOperation({ operationId: id, summary, description }),
    ...(body ? [ApiBody({ type: body.type, required: !body.optional, examples: { ...body.examples } })] : []),
    ...headers.map((name) => ApiHeader({ name, required: false, ...REQUEST_HEADERS[name] })),
    ...(dryRun ? answersWith(answer, dryRun) : [ApiAnswer(answer)]),
    ...(mayBeUnmodified ? [UNMODIFIED] : []),
    ApiProblems(...(body ? BODY_PROBLEMS : []), ...problems),
  );
}

const UNMODIFIED = ApiResponse({
  status: 304,
  description: 'The client is still as `If-None-Match` names it.',
  headers: responseHeaders(['ETag', 'Cache-Control']),
});

/**
 * The status that the document gives the answer to a dry run, which is 200. Many generators give a call the type of its lowest
 * status: beside a 201 it stands as `2XX`, or they would lose the client that was made, and its secret. A 204 has nothing to lose.
 */
const dryRunStatus = ({ status }: AnswerDocs): 200 | '2XX' => (status === 201 ? '2XX' : 200);

/**
 * The real answer and that of a dry run: documented apart where their statuses differ, else as one answer that has either
 * type: the member `dry_run` tells which.
 */
function answersWith(
  answer: AnswerDocs,
  dryRun: NonNullable<OperationDocs['dryRun']>,
): (MethodDecorator & ClassDecorator)[] {
  const headers = responseHeaders(['ETag']);
  if (!('type' in answer) || answer.status !== 200) {
    const description = 'With `dry_run` (status 200): what the call would do.';
    return [
      ApiAnswer(answer),
      ApiResponse({ status: dryRunStatus(answer), description, headers, ...dryRun }),
    ];
  }
  const { description, type, example } = answer;
  const schema = { oneOf: [type, dryRun.type].map((one) => ({ $ref: getSchemaPath(one) })) };
  const examples = {
    done: { summary: description, value: example },
    dry_run: { summary: 'With dry_run', value: dryRun.example },
  };
  return [
    ApiExtraModels(type, dryRun.type),
    ApiResponse({
      status: 200,
      description: `${description} With \`dry_run\`: what the call would do.`,
      headers: { ...responseHeaders(answer.headers ?? []), ...headers },
      content: { 'application/json': { schema, examples } },
    }),
  ];
}

function ApiAnswer(answer: AnswerDocs): MethodDecorator & ClassDecorator {
  const { status, description } = answer;
  const common = { status, description, headers: responseHeaders(answer.headers ?? []) };
  if ('type' in answer) return ApiResponse({ ...common, type: answer.type, example: answer.example });
  if (!('text' in answer)) return ApiResponse(common);
  const schema = { type: 'string', maxLength: MAX_TEXT } as const;
  return ApiResponse({ ...common, content: { [answer.text]: { schema, example: answer.example } } });
}

/** Characters of an answer in plain text: far above what any has. */
const MAX_TEXT = 10_000_000;
