import { PROBLEMS, problemType, type ProblemCode } from '../../src/problem-details/problems.js';
import type { Violation } from '../../src/problem-details/violation.js';
import type { RawAnswer } from './raw-http.js';

export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: ProblemCode;
  readonly request_id: string;
  readonly errors?: readonly Violation[];
}

interface AnyAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null | undefined };
  readonly body: unknown;
}

/** Checks that the answer is this problem, whole and as RFC 9457 has it. Returns its body. */
export function expectProblem(answer: AnyAnswer, code: ProblemCode): ProblemBody {
  const body = answer.body as ProblemBody;
  expect([answer.status, body]).toEqual([
    PROBLEMS[code].status,
    {
      type: problemType(code),
      title: PROBLEMS[code].title,
      status: PROBLEMS[code].status,
      detail: expect.stringMatching(/^[A-Z\d].+\.$/) as unknown,
      code,
      request_id: answer.headers.get('x-request-id'),
      ...(body.errors && { errors: expect.any(Array) as unknown }),
    },
  ]);
  expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  return body;
}

export const expectRawProblem = (answer: RawAnswer, code: ProblemCode): ProblemBody =>
  expectProblem({ ...answer, body: JSON.parse(answer.body) as unknown }, code);
