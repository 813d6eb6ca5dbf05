import { Problem } from '../../../src/problem-details/problem.js';

/** The reason a hook gives for its refusal; null when it refuses nothing. */
export function refusalOf(judge: () => unknown): string | null {
  try {
    judge();
    return null;
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    expect(error.status).toBe(403);
    return String(error.headers['x-refusal-reason']);
  }
}
