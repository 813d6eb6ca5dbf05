import { HttpException, NotFoundException } from '@nestjs/common';
import { Problem } from '../../../src/problem-details/problem.js';
import { PROBLEMS, type ProblemCode } from '../../../src/problem-details/problems.js';
import { toProblem } from '../../../src/http/to-problem.js';

const SECRET = 'canary7d1f';
const withStatus = (statusCode: unknown): Error => Object.assign(new Error(SECRET), { statusCode });

describe('toProblem', () => {
  it('a problem that was thrown is left as it is', () => {
    const problem = Problem.notFound();
    expect(toProblem(problem)).toBe(problem);
  });

  it.each<[ProblemCode, unknown]>([
    ['bad_request', new SyntaxError(SECRET)],
    ['bad_request', new URIError(SECRET)],
    ['bad_request', withStatus(400)],
    ['bad_request', withStatus(414)],
    ['bad_request', Object.assign(new Error('aborted'), { code: 'ECONNRESET' })],
    ['not_found', new NotFoundException(SECRET)],
    ['forbidden', new HttpException(SECRET, 403)],
    ['method_not_allowed', withStatus(405)],
    ['request_timeout', withStatus(408)],
    ['payload_too_large', withStatus(413)],
    ['unsupported_media_type', withStatus(415)],
    ['headers_too_large', withStatus(431)],
    ['service_unavailable', Object.assign(new Error(SECRET), { code: 'ECONNREFUSED' })],
    ['service_unavailable', Object.assign(new Error(SECRET), { code: 'ECONNRESET' })],
    ['service_unavailable', new Error('Query read timeout')],
    ['internal_error', new Error(SECRET)],
    ['internal_error', new TypeError(SECRET)],
    ['internal_error', withStatus(418)],
    ['internal_error', withStatus('400')],
    ['internal_error', Object.assign(new Error(SECRET), { code: '42P01' })],
    ['internal_error', SECRET],
    ['internal_error', undefined],
    ['internal_error', null],
    ['internal_error', {}],
  ])('what was thrown becomes the problem %s, which shows nothing of it (%#)', (code, thrown) => {
    const problem = toProblem(thrown);
    expect([problem.code, problem.status]).toEqual([code, PROBLEMS[code].status]);
    expect(JSON.stringify(problem.toBody('id'))).not.toContain(SECRET);
    expect(problem.cause).toBe(thrown);
  });

  it('every 503 says when to come back', () => {
    const unavailable = [Object.assign(new Error(), { code: '57P01' }), withStatus(503)].map(toProblem);
    for (const { headers } of unavailable) expect(Number(headers['retry-after'])).toBeGreaterThan(0);
  });
});
