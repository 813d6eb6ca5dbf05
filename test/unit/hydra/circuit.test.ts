import { Circuit } from '../../../src/authorization-server/hydra/circuit.js';

describe('Circuit', () => {
  let reachable = false;
  let probes = 0;
  const events: string[] = [];
  let circuit: Circuit;

  beforeEach(() => {
    jest.useFakeTimers();
    [reachable, probes] = [false, 0];
    events.length = 0;
    circuit = new Circuit({
      isReachable: () => Promise.resolve((probes++, reachable)),
      onOpen: (reason) => events.push(`open: ${reason}`),
      onClose: () => events.push('closed'),
    });
  });
  afterEach(() => jest.useRealTimers());

  it('asks every one to two seconds, and closes when there is an answer', async () => {
    circuit.trip('refused');
    await jest.advanceTimersByTimeAsync(999);
    expect(probes).toBe(0);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(probes).toBeGreaterThanOrEqual(30);
    expect(probes).toBeLessThanOrEqual(61);
    expect([circuit.isOpen, events]).toEqual([true, ['open: refused']]);

    reachable = true;
    await jest.advanceTimersByTimeAsync(2_000);
    expect([circuit.isOpen, events]).toEqual([false, ['open: refused', 'closed']]);
    const asked = probes;
    await jest.advanceTimersByTimeAsync(60_000);
    expect(probes).toBe(asked);
  });

  it('asks at once when told that only one call may have failed', async () => {
    reachable = true;
    circuit.trip('500', 0);
    await jest.advanceTimersByTimeAsync(0);
    expect(circuit.isOpen).toBe(false);
  });

  it('opens once for many that fail together', async () => {
    for (let call = 0; call < 8; call++) circuit.trip('refused');
    reachable = true;
    await jest.advanceTimersByTimeAsync(2_000);
    expect([probes, events]).toEqual([1, ['open: refused', 'closed']]);
  });

  it('does nothing after its end', async () => {
    circuit.trip('refused');
    circuit.stop();
    circuit.trip('again');
    await jest.advanceTimersByTimeAsync(60_000);
    expect(probes).toBe(0);
  });
});
