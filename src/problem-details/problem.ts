import type { Violation } from './violation.js';

/** Every problem this API answers with: the stable code, its HTTP status and its title (RFC 9457). */
export const PROBLEMS = {
  bad_request: { status: 400, title: 'The request cannot be read' },
  invalid_token: { status: 401, title: 'A valid bearer token is required' },
  forbidden: { status: 403, title: 'Not allowed' },
  insufficient_scope: { status: 403, title: 'The token lacks a scope' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'The method is not allowed here' },
  request_timeout: { status: 408, title: 'The request took too long to arrive' },
  conflict: { status: 409, title: 'The request conflicts with what exists' },
  precondition_failed: { status: 412, title: 'The resource has changed' },
  payload_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The content type is not supported' },
  validation_failed: { status: 422, title: 'The request breaks one or more rules' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  headers_too_large: { status: 431, title: 'The request headers are too large' },
  internal_error: { status: 500, title: 'Something went wrong on our side' },
  service_unavailable: { status: 503, title: 'Temporarily unavailable' },
} as const;

export type ProblemCode = keyof typeof PROBLEMS;

/** The stable URN of a kind of problem: the `type` member of RFC 9457. */
export const problemType = (code: ProblemCode): string => `urn:oauth-client-registry:problem:${code}`;

interface ProblemExtras {
  errors?: readonly Violation[];
  headers?: Readonly<Record<string, string>>;
  cause?: unknown;
}

/** An answer that is not a success. Thrown anywhere, turned into HTTP in one place: the filter beside this file. */
export class Problem extends Error {
  readonly errors: readonly Violation[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    readonly code: ProblemCode,
    readonly detail: string,
    extras: ProblemExtras = {},
  ) {
    super(`${code}: ${detail}`, { cause: extras.cause });
    this.errors = extras.errors?.slice(0, MAX_ERRORS);
    this.headers = extras.headers ?? {};
  }

  get status(): number {
    return PROBLEMS[this.code].status;
  }

  /** The body of the answer (RFC 9457). */
  toBody(requestId: string): object {
    return {
      type: problemType(this.code),
      title: PROBLEMS[this.code].title,
      status: this.status,
      detail: this.detail,
      code: this.code,
      request_id: requestId,
      ...(this.errors && { errors: this.errors }),
    };
  }

  static notFound(): Problem {
    return new Problem('not_found', 'There is nothing here, or the token may not see it.');
  }

  static validationFailed(errors: readonly Violation[]): Problem {
    const detail = errors.length === 1 ? 'One member breaks a rule.' : `${errors.length} rules are broken.`;
    return new Problem('validation_failed', `${detail} See "errors".`, { errors });
  }

  static unavailable(detail: string, cause?: unknown): Problem {
    return new Problem('service_unavailable', detail, { headers: { 'retry-after': '5' }, cause });
  }
}

/** A hostile body or query can break thousands of rules; an answer stays small. */
const MAX_ERRORS = 100;
