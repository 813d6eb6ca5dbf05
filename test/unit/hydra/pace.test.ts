import { Pace } from '../../../src/authorization-server/hydra/pace.js';

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

  it('lets a tenth of a minute through at once, then one after the other', async () => {
    const pace = new Pace(60);
    for (let write = 0; write < 6; write++) {
      expect(await isReady(pace)).toBe(true);
      pace.spend();
    }
    expect(await isReady(pace)).toBe(false);
    jest.advanceTimersByTime(999);
    expect(await isReady(pace)).toBe(false);
    jest.advanceTimersByTime(1);
    expect(await isReady(pace)).toBe(true);
  });

  it('makes up for what an attempt has overdrawn', async () => {
    const pace = new Pace(60);
    for (let write = 0; write < 8; write++) pace.spend();
    jest.advanceTimersByTime(2_999);
    expect(await isReady(pace)).toBe(false);
    jest.advanceTimersByTime(1);
    expect(await isReady(pace)).toBe(true);
  });

  it('saves nothing up beyond that tenth', async () => {
    const pace = new Pace(60);
    jest.advanceTimersByTime(3_600_000);
    for (let write = 0; write < 6; write++) pace.spend();
    expect(await isReady(pace)).toBe(false);
  });
});
