import { HttpException } from '@nestjs/common';
import { isDatabaseUnavailable } from '../database/postgres-errors.js';
import { isObject } from '../lib/json.js';
import { Problem } from '../problem-details/problem.js';
import { PROBLEMS, type ProblemCode } from '../problem-details/problems.js';

/** What frameworks throw, in this API's words. Their own texts can hold parts of the request and change with versions. */
const FRAMEWORK_PROBLEMS: Partial<Record<number, [ProblemCode, string]>> = {
  400: ['bad_request', 'The request cannot be read: check its path, headers and body.'],
  401: ['invalid_token', 'Send a valid access token in the Authorization header: "Bearer <token>".'],
  403: ['forbidden', 'This is not allowed: send a token of somebody who may do it.'],
  404: ['not_found', Problem.notFound().detail],
  405: [
    'method_not_allowed',
    'This path does not know the method: the API description names those it knows (/openapi.json).',
  ],
  408: ['request_timeout', 'The request took too long to arrive: send it again.'],
  413: ['payload_too_large', 'The body is too large: send a smaller one.'],
  414: ['bad_request', 'The path is too long: send a shorter one.'],
  415: ['unsupported_media_type', 'Send application/json in UTF-8, without a content encoding.'],
  429: ['too_many_requests', 'Wait before you try again.'],
  431: ['headers_too_large', 'The headers are too large: send at most 16 kB in all.'],
  503: ['service_unavailable', 'Try again in a moment.'],
};

/** Whatever was thrown, as a problem. What nobody foresaw is an internal error, told without its cause. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (isCutOff(error)) {
    return new Problem('bad_request', 'The request ended before all of it had arrived: send it again.', {
      cause: error,
    });
  }
  if (isDatabaseUnavailable(error)) {
    return Problem.unavailable('The database is out of reach. Try again in a few seconds.', error);
  }
  const [code, detail] = FRAMEWORK_PROBLEMS[statusOf(error)] ?? [
    'internal_error',
    "Tell the operator this request_id: the cause is in the line of the service's log that has it.",
  ];
  if (code === 'service_unavailable') return Problem.unavailable(detail, error);
  return new Problem(code, detail, { cause: error });
}

/**
 * Whether the caller hung up in the middle of the body. Node's error for that has the code of any lost connection, also of one
 * to the database: its message tells them apart.
 */
const isCutOff = (error: unknown): boolean =>
  isObject(error) && (error['message'] === 'aborted' || error['code'] === 'ERR_STREAM_PREMATURE_CLOSE');

function statusOf(error: unknown): number {
  if (error instanceof HttpException) return error.getStatus();
  if (error instanceof URIError || error instanceof SyntaxError) return PROBLEMS.bad_request.status;
  // Fastify and its plugins put the status on the error.
  const status = isObject(error) ? error['statusCode'] : undefined;
  return typeof status === 'number' ? status : 500;
}
