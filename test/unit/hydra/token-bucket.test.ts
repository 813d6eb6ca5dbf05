import { TokenBucket } from '../../../src/hydra/admin-api/token-bucket.js';

/** Whether a write may be made right now. */
async function isReady(tokenBucket: TokenBucket): Promise<boolean> {
  const stop = new AbortController();
  let ready = false;
  const wait = tokenBucket.ready(stop.signal).then(() => (ready = !stop.signal.aborted));
  await Promise.resolve();
  await Promise.resolve();
  stop.abort();
  await wait;
  return ready;
}

describe('TokenBucket', () => {
  beforeEach(() => jest.useFakeTimers({ now: 0, doNotFake: ['nextTick'] }));
  afterEach(() => jest.useRealTimers());

  it('a token bucket without a bound lets everything through', async () => {
    const tokenBucket = new TokenBucket(null);
    for (let write = 0; write < 10_000; write++) tokenBucket.spend();
    expect(await isReady(tokenBucket)).toBe(true);
  });

  it('a token bucket lets one write through at once, then one after the other', async () => {
    const tokenBucket = new TokenBucket(61);
    expect(await isReady(tokenBucket)).toBe(true);
    tokenBucket.spend();
    expect(await isReady(tokenBucket)).toBe(false);
    jest.advanceTimersByTime(999);
    expect(await isReady(tokenBucket)).toBe(false);
    jest.advanceTimersByTime(1);
    expect(await isReady(tokenBucket)).toBe(true);
  });

  it('a token bucket makes up for what an attempt has overdrawn', async () => {
    const tokenBucket = new TokenBucket(61);
    for (let write = 0; write < 3; write++) tokenBucket.spend();
    jest.advanceTimersByTime(2_999);
    expect(await isReady(tokenBucket)).toBe(false);
    jest.advanceTimersByTime(1);
    expect(await isReady(tokenBucket)).toBe(true);
  });

  /** Ory Network's plans: so many in a minute, and in a second. */
  it.each([
    [15, 5],
    [35, 5],
    [350, 15],
    [700, 29],
  ])(
    'a token bucket keeps to %d writes in a minute and %d in a second, however long it was idle',
    async (perMinute, perSecond) => {
      const tokenBucket = new TokenBucket(perMinute);
      jest.advanceTimersByTime(3_600_000);
      const writes: number[] = [];
      for (let ms = 0; ms < 120_000; ms += 10) {
        const ready = await isReady(tokenBucket);
        for (let attempt = 0; ready && attempt < tokenBucket.concurrency; attempt++) {
          tokenBucket.spend();
          writes.push(ms);
        }
        jest.advanceTimersByTime(10);
      }
      const most = (window: number): number =>
        Math.max(...writes.map((from) => writes.filter((at) => at >= from && at < from + window).length));
      expect(most(1_000)).toBeLessThanOrEqual(perSecond);
      expect(most(60_000)).toBeLessThanOrEqual(perMinute + tokenBucket.concurrency);
      expect(writes.length).toBeGreaterThanOrEqual(perMinute * 2 * 0.9);
    },
  );

  it.each([
    [null, 8],
    [1, 1],
    [15, 1],
    [350, 5],
    [60_000, 8],
  ])(
    'a token bucket lets at most as many attempts run at once as there may be in a second (%p a minute: %d)',
    (perMinute, many) => {
      expect(new TokenBucket(perMinute).concurrency).toBe(many);
    },
  );
});
