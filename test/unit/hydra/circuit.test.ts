import { Circuit } from '../../../src/hydra/sync/circuit.js';

describe('Circuit', () => {
  let reachable: boolean | Promise<boolean> = false;
  let probes = 0;
  const events: string[] = [];
  let circuit: Circuit;

  beforeEach(() => {
    jest.useFakeTimers();
    [reachable, probes] = [false, 0];
    events.length = 0;
    circuit = new Circuit({
      probe: async () => ((probes++, await reachable) ? null : 'no answer'),
      onOpen: (reason) => events.push(`open: ${reason}`),
      onMayCall: () => events.push(circuit.isClosed ? 'all may call' : 'one may call'),
      onClose: () => events.push('closed'),
    });
  });
  afterEach(() => jest.useRealTimers());

  /** Milliseconds until a call may be tried again. */
  async function pause(): Promise<number> {
    const from = performance.now();
    while (circuit.isOpen) await jest.advanceTimersByTimeAsync(10);
    return performance.now() - from;
  }

  it('an open circuit asks every one to two seconds, and lets one call through when there is an answer', async () => {
    circuit.trip('refused');
    await jest.advanceTimersByTimeAsync(999);
    expect(probes).toBe(0);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(probes).toBeGreaterThanOrEqual(30);
    expect(probes).toBeLessThanOrEqual(61);
    expect([circuit.isOpen, events]).toEqual([true, ['open: refused']]);

    reachable = true;
    await jest.advanceTimersByTimeAsync(2_000);
    expect([circuit.isOpen, circuit.isClosed]).toEqual([false, false]);
    expect(events).toEqual(['open: refused', 'one may call']);
    const asked = probes;
    await jest.advanceTimersByTimeAsync(60_000);
    expect(probes).toBe(asked);
  });

  describe('while nothing is sent', () => {
    it('an idle circuit opens when Hydra does not answer, with the reason, and closes again when it does', async () => {
      await circuit.probeAfter(0);
      expect(events).toEqual(['open: no answer']);
      reachable = true;
      await pause();
      circuit.closeUntried();
      expect(circuit.isClosed).toBe(true);
    });

    it('an idle circuit asks no more often than it is told, and not at all while calls work', async () => {
      reachable = true;
      await circuit.probeAfter(0);
      for (let second = 0; second < 10; second++) {
        await jest.advanceTimersByTimeAsync(1_000);
        await circuit.probeAfter(5_000);
      }
      expect(probes).toBe(3);
      for (let second = 0; second < 10; second++) {
        await jest.advanceTimersByTimeAsync(1_000);
        circuit.prove();
        await circuit.probeAfter(5_000);
      }
      expect(probes).toBe(3);
    });

    it('an idle circuit believes a call that worked while it asked', async () => {
      let answer: (isThere: boolean) => void = () => undefined;
      reachable = new Promise((resolve) => (answer = resolve));
      const asked = circuit.probeAfter(0);
      await jest.advanceTimersByTimeAsync(10);
      circuit.prove();
      answer(false);
      await asked;
      expect(circuit.isClosed).toBe(true);
    });
  });

  it.each([
    ['that call works', () => circuit.prove()],
    ['there is nothing to call for', () => circuit.closeUntried()],
  ])('a circuit that has let one call through closes when %s', async (_, happen) => {
    reachable = true;
    circuit.trip('refused');
    await pause();
    happen();
    expect(circuit.isClosed).toBe(true);
    expect(events.slice(-2)).toEqual(['closed', 'all may call']);
  });

  it('an open circuit asks at once, but only once, when the call may have failed alone', async () => {
    reachable = true;
    circuit.trip('500', { isPerhapsAlone: true });
    expect(await pause()).toBeLessThan(20);
    circuit.trip('500', { isPerhapsAlone: true });
    expect(await pause()).toBeGreaterThanOrEqual(1_000);
  });

  it('a circuit lets fewer calls through the longer they fail, and never fewer than one in 4 seconds', async () => {
    reachable = true;
    const pauses: number[] = [];
    for (let trip = 0; trip < 20; trip++) {
      circuit.trip('500');
      pauses.push(await pause());
    }
    expect(pauses[1]).toBeGreaterThanOrEqual(2_000);
    expect(Math.min(...pauses.slice(2))).toBeGreaterThanOrEqual(3_000);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(4_020);
    expect(events.filter((event) => event.startsWith('open'))).toEqual(['open: 500']);

    circuit.prove();
    circuit.trip('500');
    expect(await pause()).toBeLessThanOrEqual(2_020);
  });

  it.each([0, 1])('a circuit pauses for a second when Hydra asks for %d s', async (seconds) => {
    reachable = true;
    circuit.trip('429', { retryAfterMs: seconds * 1_000 });
    expect(await pause()).toBeGreaterThanOrEqual(1_000);
  });

  it('a circuit pauses for the longest time that Hydra asks for', async () => {
    reachable = true;
    circuit.trip('429', { retryAfterMs: 5_000 });
    circuit.trip('429', { retryAfterMs: 30_000 });
    circuit.trip('429', { retryAfterMs: 10_000 });
    expect(await pause()).toBeGreaterThanOrEqual(30_000);
  });

  it('a circuit opens once for many calls that fail together', async () => {
    for (let call = 0; call < 8; call++) circuit.trip('refused');
    reachable = true;
    await jest.advanceTimersByTimeAsync(2_000);
    expect([probes, events]).toEqual([1, ['open: refused', 'one may call']]);
  });

  it('a circuit does nothing after its end', async () => {
    circuit.trip('refused');
    circuit.stop();
    circuit.trip('again');
    await jest.advanceTimersByTimeAsync(60_000);
    expect(probes).toBe(0);
  });

  it('a circuit that is stopped while it asks an idle Hydra does not open when no answer comes', async () => {
    let answer: (isThere: boolean) => void = () => undefined;
    reachable = new Promise((resolve) => (answer = resolve));
    const asked = circuit.probeAfter(0);
    circuit.stop();
    answer(false);
    await asked;
    await circuit.probeAfter(0);
    expect([circuit.isClosed, probes, events]).toEqual([true, 1, []]);
  });

  it.each([true, false])(
    'an open circuit does nothing when it ended before an answer came: %s',
    async (isBack) => {
      let answer: (isBack: boolean) => void = () => undefined;
      reachable = new Promise((resolve) => (answer = resolve));
      circuit.trip('refused');
      await jest.advanceTimersByTimeAsync(2_000);
      circuit.stop();
      answer(isBack);
      await jest.advanceTimersByTimeAsync(60_000);
      expect([circuit.isOpen, probes, events]).toEqual([true, 1, ['open: refused']]);
    },
  );
});
