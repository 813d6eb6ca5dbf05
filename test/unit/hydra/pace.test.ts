import { Pace } from '../../../src/hydra/admin-api/pace.js';

/** Whether a write may be made right now. */
async function isReady(pace: Pace): Promise<boolean> {
  const stop = new AbortController();
  let ready = false;
  const wait = pace.ready(stop.signal).then(() => (ready = !stop.signal.aborted));
  await Promise.resolve();
  await Promise.resolve();
  stop.abort();
  await wait;
  return ready;
}

describe('Pace', () => {
  beforeEach(() => jest.useFakeTimers({ now: 0, doNotFake: ['nextTick'] }));
  afterEach(() => jest.useRealTimers());

  it('lets everything through without a bound', async () => {
    const pace = new Pace(null);
    for (let write = 0; write < 10_000; write++) pace.spend();
    expect(await isReady(pace)).toBe(true);
  });

  it('lets one write through at once, then one after the other', async () => {
    const pace = new Pace(61);
    expect(await isReady(pace)).toBe(true);
    pace.spend();
    expect(await isReady(pace)).toBe(false);
    jest.advanceTimersByTime(999);
    expect(await isReady(pace)).toBe(false);
    jest.advanceTimersByTime(1);
    expect(await isReady(pace)).toBe(true);
  });

  it('makes up for what an attempt has overdrawn', async () => {
    const pace = new Pace(61);
    for (let write = 0; write < 3; write++) pace.spend();
    jest.advanceTimersByTime(2_999);
    expect(await isReady(pace)).toBe(false);
    jest.advanceTimersByTime(1);
    expect(await isReady(pace)).toBe(true);
  });

  /** Ory Network's plans: so many in a minute, and in a second. */
  it.each([
    [15, 5],
    [35, 5],
    [350, 15],
    [700, 29],
  ])(
    'keeps to %d writes in a minute and %d in a second, however long it was idle',
    async (perMinute, perSecond) => {
      const pace = new Pace(perMinute);
      jest.advanceTimersByTime(3_600_000);
      const writes: number[] = [];
      for (let ms = 0; ms < 120_000; ms += 10) {
        const ready = await isReady(pace);
        for (let attempt = 0; ready && attempt < pace.concurrency; attempt++) {
          pace.spend();
          writes.push(ms);
        }
        jest.advanceTimersByTime(10);
      }
      const most = (window: number): number =>
        Math.max(...writes.map((from) => writes.filter((at) => at >= from && at < from + window).length));
      expect(most(1_000)).toBeLessThanOrEqual(perSecond);
      expect(most(60_000)).toBeLessThanOrEqual(perMinute + pace.concurrency);
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
    'lets at most as many attempts run at once as there may be in a second (%p a minute: %d)',
    (perMinute, many) => {
      expect(new Pace(perMinute).concurrency).toBe(many);
    },
  );
});
