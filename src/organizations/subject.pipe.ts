import { Injectable, type PipeTransform } from '@nestjs/common';
import { Problem } from '../problem-details/problem.js';
import { TENANT_LIMITS } from '../tenants/limits.js';
import { text } from '../validation/shape-checks.js';

const check = text({ min: 1, max: TENANT_LIMITS.subject });

/** Checks the subject of a person that stands in a path. @throws Problem 400 for an empty, too long or unreadable one */
@Injectable()
export class SubjectPipe implements PipeTransform {
  transform(value: unknown): string {
    const problems = check(value);
    if (typeof value === 'string' && problems.length === 0) return value;
    const errors = problems.map(({ code, detail }) => ({ pointer: '/subject', code, detail }));
    throw new Problem('bad_request', 'The subject in the path is wrong. See "errors".', { errors });
  }
}
