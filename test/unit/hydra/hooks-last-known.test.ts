import { LastKnown } from '../../../src/authorization-server/hydra/hooks/last-known.js';

interface Thing {
  readonly version: number;
}

/** A source of versions: each read is answered, or left to hang, by the test. */
class Source {
  readonly reads: string[] = [];
  answer: (key: string) => Promise<Thing | null> = () => Promise.resolve({ version: this.reads.length });

  readonly lastKnown = new LastKnown<Thing>((key) => {
    this.reads.push(key);
    return this.answer(key);
  });

  get = (key = 'key'): Promise<Thing | null> => this.lastKnown.get(key);

  fail(): void {
    this.answer = () => Promise.reject(new Error('out of reach'));
  }

  hang(): void {
    this.answer = () => new Promise(() => undefined);
  }

  /** Answers the next reads when told to. */
  hold(): (thing: Thing) => void {
    let answer: ((thing: Thing) => void) | undefined;
    const held = new Promise<Thing>((resolve) => (answer = resolve));
    this.answer = () => held;
    return (thing) => answer?.(thing);
  }
}

/** Milliseconds until it is settled. */
async function duration(promise: Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  let settledAt: number | undefined;
  promise.then(
    () => (settledAt = performance.now()),
    () => (settledAt = performance.now()),
  );
  while (settledAt === undefined) await jest.advanceTimersByTimeAsync(10);
  return settledAt - startedAt;
}

describe('what was last known of a source', () => {
  let source: Source;

  beforeEach(() => {
    jest.useFakeTimers();
    source = new Source();
  });
  afterEach(() => jest.useRealTimers());

  it('counts for five seconds', async () => {
    expect(await source.get()).toEqual({ version: 1 });
    const answer = source.hold();
    jest.advanceTimersByTime(4_999);
    expect(await source.get()).toEqual({ version: 1 });
    jest.advanceTimersByTime(1);
    const waiting = source.get();
    answer({ version: 2 });
    expect(await waiting).toEqual({ version: 2 });
  });

  it('is renewed while it still counts, once for all who ask', async () => {
    await source.get();
    jest.advanceTimersByTime(2_499);
    await source.get();
    expect(source.reads).toHaveLength(1);
    jest.advanceTimersByTime(1);
    expect(await Promise.all([source.get(), source.get()])).toEqual([{ version: 1 }, { version: 1 }]);
    expect(source.reads).toHaveLength(2);
    expect(await source.get()).toEqual({ version: 2 });
    expect(source.reads).toHaveLength(2);
  });

  it('is left as it is for a second when it cannot be renewed', async () => {
    await source.get();
    source.fail();
    jest.advanceTimersByTime(2_500);
    expect(await source.get()).toEqual({ version: 1 });
    await jest.advanceTimersByTimeAsync(999);
    expect(await source.get()).toEqual({ version: 1 });
    expect(source.reads).toHaveLength(2);
    source.answer = () => Promise.resolve({ version: 3 });
    await jest.advanceTimersByTimeAsync(1);
    expect(await source.get()).toEqual({ version: 3 });
  });

  it('counts from when it was asked for, not from when it came', async () => {
    const answer = source.hold();
    const slow = source.get();
    jest.advanceTimersByTime(700);
    answer({ version: 1 });
    await slow;
    source.answer = () => Promise.resolve({ version: 2 });
    jest.advanceTimersByTime(4_300);
    expect(await source.get()).toEqual({ version: 2 });
  });

  it('is kept of what does not exist too, and of what comes to exist', async () => {
    source.answer = () => Promise.resolve(null);
    expect([await source.get(), await source.get()]).toEqual([null, null]);
    expect(source.reads).toHaveLength(1);

    jest.advanceTimersByTime(5_000);
    source.answer = () => Promise.resolve({ version: 7 });
    expect([await source.get(), await source.get()]).toEqual([{ version: 7 }, { version: 7 }]);
    jest.advanceTimersByTime(5_000);
    source.answer = () => Promise.resolve(null);
    expect([await source.get(), await source.get()]).toEqual([null, null]);
    expect(source.reads).toHaveLength(3);
  });

  it('takes one read for all who ask at once', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => source.get()));
    expect(new Set(answers).size).toBe(1);
    expect(source.reads).toEqual(['key']);
    await Promise.all([source.get('other'), source.get()]);
    expect(source.reads).toEqual(['key', 'other']);
  });

  it('counts however old it is while the source fails, and is read again once it does not', async () => {
    await source.get();
    source.fail();
    jest.advanceTimersByTime(86_400_000);
    expect(await source.get()).toEqual({ version: 1 });

    source.answer = () => Promise.resolve({ version: 9 });
    jest.advanceTimersByTime(1_000);
    expect(await source.get()).toEqual({ version: 9 });
  });

  it('spares a source that fails for a second', async () => {
    await source.get();
    source.fail();
    jest.advanceTimersByTime(5_000);
    for (let request = 0; request < 10; request++) await source.get();
    expect(source.reads).toHaveLength(2);
  });

  it('is waited for less than a second while the source hangs', async () => {
    await source.get();
    source.hang();
    jest.advanceTimersByTime(5_000);
    const answer = source.get();
    expect(await duration(answer)).toBeLessThan(1_000);
    expect(await answer).toEqual({ version: 1 });
    expect(await duration(source.get())).toBeLessThan(20);
  });

  it('fails within a second where there is nothing, for those who join late too', async () => {
    source.hang();
    const first = source.get();
    jest.advanceTimersByTime(700);
    const second = source.get();
    const outcomes = Promise.allSettled([first, second]);
    expect(await duration(outcomes)).toBeLessThan(200);
    const failure = { status: 'rejected', reason: new Error('no answer in time') };
    expect(await outcomes).toEqual([failure, failure]);
    source.fail();
    await expect(source.get()).rejects.toThrow('out of reach');
  });

  it('is read anew once it is said to have changed, whatever is under way', async () => {
    const answer = source.hold();
    const before = source.get();
    source.lastKnown.expire('key');
    source.answer = () => Promise.resolve({ version: 2 });
    expect(await source.get()).toEqual({ version: 2 });
    answer({ version: 1 });
    expect(await before).toEqual({ version: 1 });

    expect(await source.get()).toEqual({ version: 2 });
    source.lastKnown.expire('key');
    source.fail();
    expect(await source.get()).toEqual({ version: 2 });
  });

  it('is bounded, and a flood of made-up keys pushes out nothing that is there', async () => {
    await source.get('real');
    source.answer = () => Promise.resolve(null);
    for (let key = 0; key < 20_001; key++) await source.get(`made-up-${key}`);
    const { length } = source.reads;
    expect(await source.get('real')).toEqual({ version: 1 });
    await source.get('made-up-1');
    expect(source.reads).toHaveLength(length);
    await source.get('made-up-0');
    expect(source.reads).toHaveLength(length + 1);
  });

  it('starts no more than a thousand reads at a time', async () => {
    source.hang();
    const waiting = Array.from({ length: 1_000 }, (_, key) => source.get(`${key}`).catch(() => null));
    await expect(source.get('one more')).rejects.toThrow('too much');
    expect(source.reads).toHaveLength(1_000);
    await duration(Promise.all(waiting));
    const answer = source.get('one more').catch(() => null);
    expect(source.reads).toHaveLength(1_001);
    await duration(answer);
  });
});
