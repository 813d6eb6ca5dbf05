import { Problem } from '../../problem-details/problem.js';

/**
 * The answer of a hook that says no: 403, which Hydra and proxies take as a refusal and not as a failure of ours.
 *
 * @param reason what is wrong and what to do, in a few words of ASCII for a person, with nothing in them of what was sent
 */
export const refusal = (reason: string, cause?: unknown): Problem =>
  new Problem('forbidden', `This is refused: ${reason}.`, {
    headers: { 'x-refusal-reason': reason, 'cache-control': 'no-store' },
    cause,
  });
