import {
  HydraFailure,
  HydraRejection,
  type FailureFacts,
} from '../../../src/authorization-server/hydra/hydra-failure.js';
import { patiently } from '../../../src/authorization-server/hydra/patiently.js';

const failure = (facts: Partial<FailureFacts>): HydraFailure =>
  new HydraFailure('failed', { effect: 'none', scope: 'server', ...facts });

/** Fails with these, one after the other, and then works. */
function readAfter(...errors: readonly Error[]): { read: () => Promise<string>; attempts: () => number } {
  let attempts = 0;
  return {
    attempts: () => attempts,
    read: () => {
      const error = errors[attempts++];
      return error ? Promise.reject(error) : Promise.resolve('read');
    },
  };
}

const never = new AbortController().signal;

describe('a read of Hydra that is one of very many', () => {
  it.each([
    ['nothing answers', {}],
    ['Hydra fails', { status: 500 }],
    ['a gateway has lost it', { status: 502 }],
    ['it was too slow', { status: 408 }],
  ])('is tried again when %s', async (_, facts) => {
    const { read, attempts } = readAfter(failure(facts));
    await expect(patiently(read, never)).resolves.toBe('read');
    expect(attempts()).toBe(2);
  });

  it('is tried again no sooner than Hydra asks for', async () => {
    const { read } = readAfter(failure({ status: 429, retryAfterMs: 1_000 }));
    const begin = performance.now();
    await expect(patiently(read, never)).resolves.toBe('read');
    // Timers may come a millisecond early.
    expect(performance.now() - begin).toBeGreaterThanOrEqual(998);
  });

  it.each([
    ['the credentials are refused', failure({ status: 401 })],
    ['its address is wrong', failure({ status: 404 })],
    [
      'Hydra refuses for good',
      new HydraRejection({ code: 'rejected_by_authorization_server', detail: 'no' }),
    ],
    ['Hydra asks for minutes', failure({ status: 503, retryAfterMs: 61_000 })],
    ['the mistake is our own', new TypeError('undefined')],
  ])('is not tried again when %s', async (_, error) => {
    const { read, attempts } = readAfter(error);
    await expect(patiently(read, never)).rejects.toBe(error);
    expect(attempts()).toBe(1);
  });

  it('is given up after four attempts, with what came of the last', async () => {
    const errors = [1, 2, 3, 4].map((attempt) => failure({ status: 500 + attempt }));
    const { read, attempts } = readAfter(...errors);
    await expect(patiently(read, never)).rejects.toBe(errors[3]);
    expect(attempts()).toBe(4);
  });

  it('is given up in a pause when the service ends', async () => {
    const ending = new AbortController();
    const { read, attempts } = readAfter(failure({ retryAfterMs: 59_000 }));
    const outcome = patiently(read, ending.signal);
    setTimeout(() => ending.abort(), 20);
    await expect(outcome).rejects.toThrow('aborted');
    expect(attempts()).toBe(1);
  });
});
