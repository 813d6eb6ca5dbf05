import { RATE_LIMITS } from '../../../src/rate-limit/limit-values.js';
import { RateLimiter } from '../../../src/rate-limit/rate-limiter.js';

const START = new Date('2026-11-23T09:00:00Z');

describe('RateLimiter', () => {
  let limiter: RateLimiter;

  beforeEach(() => {
    jest.useFakeTimers({ now: START });
    limiter = new RateLimiter('actor', { requests: 3, seconds: 10 });
  });
  afterEach(() => jest.useRealTimers());

  /** Seconds to wait, or 0 when it is admitted. */
  const wait = async (attempt: Promise<void>): Promise<unknown> =>
    attempt.then(
      () => 0,
      (problem: { status: number; headers: Record<string, string> }) => {
        expect(problem.status).toBe(429);
        return problem.headers['retry-after'];
      },
    );
  const admit = (key = 'a') => wait(limiter.admit(key));
  const room = (key = 'a') => wait(limiter.demandRoom(key));

  it('a rate limiter admits as many as the limit, then tells how long to wait', async () => {
    expect([await admit(), await admit(), await admit()]).toEqual([0, 0, 0]);
    expect(await admit()).toBe('10');
    await jest.advanceTimersByTimeAsync(3_500);
    expect(await admit()).toBe('7');
  });

  it('a rate limiter names the limit that was reached, and what it allows', async () => {
    for (let i = 0; i < 3; i += 1) await admit();
    await jest.advanceTimersByTimeAsync(3_500);
    await expect(limiter.admit('a')).rejects.toMatchObject({
      headers: { 'retry-after': '7', ratelimit: '"actor";r=0;t=7', 'ratelimit-policy': '"actor";q=3;w=10' },
    });
  });

  it('a rate limiter admits again when the window that it named has passed, and not before', async () => {
    for (let i = 0; i < 4; i += 1) await admit();
    await jest.advanceTimersByTimeAsync(9_999);
    expect(await admit()).toBe('1');
    await jest.advanceTimersByTimeAsync(1);
    expect(await admit()).toBe(0);
  });

  it('a rate limiter does not make those wait longer who keep asking', async () => {
    for (let i = 0; i < 100; i += 1) await admit();
    await jest.advanceTimersByTimeAsync(10_000);
    expect(await admit()).toBe(0);
  });

  it('a rate limiter counts each key by itself', async () => {
    for (let i = 0; i < 4; i += 1) await admit('a');
    expect([await admit('a'), await admit('b')]).toEqual(['10', 0]);
  });

  describe('when what counts is noted afterwards', () => {
    it('a rate limiter has room until what is noted afterwards reaches the limit', async () => {
      await limiter.note('a');
      await limiter.note('a');
      expect(await room()).toBe(0);
      await limiter.note('a');
      expect([await room(), await room('b')]).toEqual(['10', 0]);
      await jest.advanceTimersByTimeAsync(10_000);
      expect(await room()).toBe(0);
    });

    it('a rate limiter counts nothing by being asked for room', async () => {
      for (let i = 0; i < 10; i += 1) expect(await room()).toBe(0);
    });
  });

  it('a rate limiter holds no more than its slots, whatever number of keys comes', async () => {
    for (let i = 0; i < 100_000; i += 1) await limiter.note(`key ${i}`);
    expect(jest.getTimerCount()).toBeLessThanOrEqual(65_536);
    expect(jest.getTimerCount()).toBeGreaterThan(40_000);
    await jest.advanceTimersByTimeAsync(10_000);
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('the limits', () => {
  it('the rate limits are stricter for what is dear: those anonymous, writes, a project, failures and one client', () => {
    const perSecond = ({ requests, seconds }: { requests: number; seconds: number }): number =>
      requests / seconds;
    expect(Object.values(RATE_LIMITS).map(perSecond)).toEqual([2_000, 5, 500, 10, 20, 10, 0.5]);
  });

  it('nobody may ask at once for more than what the others notice for a second: a window may be used up at its start', () => {
    const { address, actor } = RATE_LIMITS;
    expect([address.seconds, actor.seconds]).toEqual([1, 1]);
  });
});
