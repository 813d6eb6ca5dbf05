import { PROBLEMS, problemType, type ProblemCode } from './problems.js';
import type { Violation } from './violation.js';

interface ProblemExtras {
  errors?: readonly Violation[];
  headers?: Readonly<Record<string, string>>;
  cause?: unknown;
}

/** An answer that is not a success. Thrown anywhere, turned into HTTP in one place: `http/problem-details.filter.ts`. */
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
    return new Problem(
      'not_found',
      'There is nothing here, or the token may not see it: check the ids in the path, and whose token it is.',
    );
  }

  static validationFailed(errors: readonly Violation[]): Problem {
    const detail = errors.length === 1 ? 'One member breaks a rule.' : `${errors.length} rules are broken.`;
    return new Problem('validation_failed', `${detail} See "errors".`, { errors });
  }

  static unavailable(detail: string, cause?: unknown): Problem {
    return new Problem('service_unavailable', detail, { headers: { 'retry-after': '5' }, cause });
  }
}

/** The problem that a promise rejects with, for whoever does not answer by throwing it. Rejects with every other error. */
export async function problemOf(promise: Promise<unknown>): Promise<Problem | undefined> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
  return undefined;
}

/** A hostile body or query can break thousands of rules; an answer stays small. */
export const MAX_ERRORS = 100;
