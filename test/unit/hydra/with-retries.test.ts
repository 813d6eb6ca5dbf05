import timers from 'node:timers/promises';
import {
  HydraFailure,
  HydraRejection,
  type FailureFacts,
} from '../../../src/hydra/admin-api/hydra-failure.js';
import { withRetries } from '../../../src/hydra/admin-api/with-retries.js';

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
  let pause: jest.SpiedFunction<typeof timers.setTimeout>;
  const pauses = (): unknown[] => pause.mock.calls.map(([milliseconds]) => milliseconds);

  beforeEach(() => {
    pause = jest.spyOn(timers, 'setTimeout').mockResolvedValue(undefined);
  });
  afterEach(() => jest.restoreAllMocks());

  it.each([
    ['nothing answers', {}],
    ['Hydra fails', { status: 500 }],
    ['a gateway has lost it', { status: 502 }],
    ['it was too slow', { status: 408 }],
  ])('one of very many reads of Hydra is tried again when %s, after half a second', async (_, facts) => {
    const { read, attempts } = readAfter(failure(facts));
    await expect(withRetries(read, never)).resolves.toBe('read');
    expect([attempts(), pauses()]).toEqual([2, [500]]);
  });

  it.each([
    [100, 500],
    [60_000, 60_000],
  ])(
    'one of very many reads of Hydra is tried again no sooner than Hydra asks for: %d ms',
    async (retryAfterMs, milliseconds) => {
      const { read } = readAfter(failure({ status: 429, retryAfterMs }));
      await expect(withRetries(read, never)).resolves.toBe('read');
      expect(pauses()).toEqual([milliseconds]);
    },
  );

  it.each([
    ['the credentials are refused', failure({ status: 401 })],
    ['its address is wrong', failure({ status: 404 })],
    [
      'Hydra refuses for good',
      new HydraRejection({ code: 'rejected_by_authorization_server', detail: 'no' }),
    ],
    ['Hydra asks for minutes', failure({ status: 503, retryAfterMs: 61_000 })],
    ['the mistake is our own', new TypeError('undefined')],
  ])('one of very many reads of Hydra is not tried again when %s', async (_, error) => {
    const { read, attempts } = readAfter(error);
    await expect(withRetries(read, never)).rejects.toBe(error);
    expect([attempts(), pauses()]).toEqual([1, []]);
  });

  it('one of very many reads of Hydra is given up after four attempts, with what came of the last', async () => {
    const errors = [1, 2, 3, 4].map((attempt) => failure({ status: 500 + attempt }));
    const { read, attempts } = readAfter(...errors);
    await expect(withRetries(read, never)).rejects.toBe(errors[3]);
    expect([attempts(), pauses()]).toEqual([4, [500, 1_000, 2_000]]);
  });

  it('one of very many reads of Hydra is given up in a pause when the service ends', async () => {
    pause.mockRestore();
    const ending = new AbortController();
    const { read, attempts } = readAfter(failure({ retryAfterMs: 60_000 }));
    setImmediate(() => ending.abort());
    await expect(withRetries(read, ending.signal)).rejects.toThrow('aborted');
    expect(attempts()).toBe(1);
  });
});
