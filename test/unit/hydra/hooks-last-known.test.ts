import { StaleWhileRevalidateCache } from '../../../src/hydra/standings/stale-while-revalidate-cache.js';

interface Thing {
  readonly version: number;
}

/** A source of versions: each read is answered, or left to hang, by the test. */
class Source {
  readonly reads: string[] = [];
  answer: (key: string) => Promise<Thing | null> = () => Promise.resolve({ version: this.reads.length });

  readonly lastKnown = new StaleWhileRevalidateCache<Thing>((key) => {
    this.reads.push(key);
    return this.answer(key);
  });

  get = (key = 'key'): Promise<Thing | null> => this.lastKnown.get(key);

  /** Something has changed, of which nothing is known, or what it is now. */
  change(now?: Thing): void {
    this.lastKnown.expire('key', (thing) => now ?? thing);
  }

  fail(): void {
    this.answer = () => Promise.reject(new Error('out of reach'));
  }

  hang(): void {
    this.answer = () => new Promise(() => undefined);
  }

  /** Answers each of the next reads so many milliseconds later. */
  delay(milliseconds: number): void {
    this.answer = () => {
      const version = this.reads.length;
      return new Promise((resolve) => setTimeout(() => resolve({ version }), milliseconds));
    };
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

  it('what was last known of a source counts for five seconds', async () => {
    expect(await source.get()).toEqual({ version: 1 });
    const answer = source.hold();
    jest.advanceTimersByTime(4_999);
    expect(await source.get()).toEqual({ version: 1 });
    jest.advanceTimersByTime(1);
    const waiting = source.get();
    answer({ version: 2 });
    expect(await waiting).toEqual({ version: 2 });
  });

  it('what was last known of a source is renewed while it still counts, once for all who ask', async () => {
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

  it('what was last known of a source is left as it is for a second when it cannot be renewed', async () => {
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

  it('what was last known of a source counts from when it was asked for, not from when it came', async () => {
    const answer = source.hold();
    const slow = source.get();
    jest.advanceTimersByTime(700);
    answer({ version: 1 });
    await slow;
    source.answer = () => Promise.resolve({ version: 2 });
    jest.advanceTimersByTime(4_300);
    expect(await source.get()).toEqual({ version: 2 });
  });

  it('the last known is kept of what does not exist in a source too, and of what comes to exist', async () => {
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

  it('all who ask a source at once take one read', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => source.get()));
    expect(new Set(answers).size).toBe(1);
    expect(source.reads).toEqual(['key']);
    await Promise.all([source.get('other'), source.get()]);
    expect(source.reads).toEqual(['key', 'other']);
  });

  it('what was last known counts however old it is while the source fails, and is read again once it does not', async () => {
    await source.get();
    source.fail();
    jest.advanceTimersByTime(86_400_000);
    expect(await source.get()).toEqual({ version: 1 });

    source.answer = () => Promise.resolve({ version: 9 });
    jest.advanceTimersByTime(1_000);
    expect(await source.get()).toEqual({ version: 9 });
  });

  it('a source that fails is spared for a second', async () => {
    await source.get();
    source.fail();
    jest.advanceTimersByTime(5_000);
    for (let request = 0; request < 10; request++) await source.get();
    expect(source.reads).toHaveLength(2);
  });

  it('a source that hangs is waited for less than a second, and then what was last known of it counts', async () => {
    await source.get();
    source.hang();
    jest.advanceTimersByTime(5_000);
    const answer = source.get();
    expect(await duration(answer)).toBeLessThan(1_000);
    expect(await answer).toEqual({ version: 1 });
    expect(await duration(source.get())).toBeLessThan(20);
  });

  it('a question fails within a second where nothing is known of a source, for those who join late too', async () => {
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

  it('a source is read anew once it is said to have changed, whatever is under way', async () => {
    const answer = source.hold();
    const before = source.get();
    source.change();
    source.answer = () => Promise.resolve({ version: 2 });
    expect(await source.get()).toEqual({ version: 2 });
    answer({ version: 1 });
    expect(await before).toEqual({ version: 1 });

    expect(await source.get()).toEqual({ version: 2 });
    source.change();
    source.fail();
    expect(await source.get()).toEqual({ version: 2 });
  });

  it('what was last known is as it was said to have become, until the source is read', async () => {
    await source.get();
    source.fail();
    source.change({ version: -1 });
    expect(await source.get()).toEqual({ version: -1 });
    expect(source.reads).toHaveLength(2);

    source.answer = () => Promise.resolve({ version: 9 });
    jest.advanceTimersByTime(1_000);
    expect(await source.get()).toEqual({ version: 9 });
  });

  it('what was last known not to exist does not come to exist by a change', async () => {
    source.answer = () => Promise.resolve(null);
    await source.get();
    source.fail();
    source.change({ version: -1 });
    expect(await source.get()).toBeNull();
  });

  describe('when the source takes longer than anybody waits', () => {
    it('an answer that is later than anybody waits is kept, so that none gets older than the source is slow', async () => {
      source.delay(900);
      await duration(source.get().catch(() => null));
      await jest.advanceTimersByTimeAsync(100);
      expect(await source.get()).toEqual({ version: 1 });
      expect(source.reads).toHaveLength(1);

      await jest.advanceTimersByTimeAsync(5_000);
      const waiting = source.get();
      expect(await duration(waiting)).toBeLessThan(1_000);
      expect(await waiting).toEqual({ version: 1 });
      await jest.advanceTimersByTimeAsync(100);
      expect(await source.get()).toEqual({ version: 2 });
    });

    it('an answer that is later than anybody waits is not kept when it may have missed a change', async () => {
      const answer = source.hold();
      await duration(source.get().catch(() => null));
      source.change();
      answer({ version: 1 });
      source.answer = () => Promise.resolve({ version: 2 });
      await jest.advanceTimersByTimeAsync(0);
      expect(await source.get()).toEqual({ version: 2 });
    });

    it('an answer that is later than anybody waits is not kept when a later read was faster', async () => {
      const answer = source.hold();
      await duration(source.get().catch(() => null));
      source.answer = () => Promise.resolve({ version: 2 });
      expect(await source.get()).toEqual({ version: 2 });
      answer({ version: 1 });
      await jest.advanceTimersByTimeAsync(0);
      expect(await source.get()).toEqual({ version: 2 });
    });
  });

  it('what is known of a source is bounded, and a flood of made-up keys pushes out nothing that is there', async () => {
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

  describe('when more is asked about than the source is to be asked at a time', () => {
    const many = (name: string, count: number) => Array.from({ length: count }, (_, i) => `${name}-${i}`);
    const ask = (keys: readonly string[]) =>
      Promise.all(keys.map((key) => source.get(key).catch(({ message }: Error) => message)));

    it('a source is asked for two unknown keys at a time, and for all of them in the end', async () => {
      source.delay(100);
      const answers = ask(many('unknown', 7));
      expect(source.reads).toHaveLength(2);
      await jest.advanceTimersByTimeAsync(100);
      expect(source.reads).toHaveLength(4);
      expect(await duration(answers)).toBe(300);
      expect(await answers).toEqual([1, 2, 3, 4, 5, 6, 7].map((version) => ({ version })));
    });

    it('a source is asked for what exists beside a flood of what does not', async () => {
      const known = many('known', 6);
      await ask(known);
      await jest.advanceTimersByTimeAsync(5_000);
      source.delay(100);
      source.reads.length = 0;
      const flood = ask(many('made-up', 1_002));
      const answers = ask(known);
      expect(source.reads).toEqual(['made-up-0', 'made-up-1', ...known.slice(0, 5)]);
      expect(await duration(answers)).toBe(200);
      await duration(flood);
    });

    it('a thousand questions may wait in line for a source, and none for longer than for a read', async () => {
      source.hang();
      const flood = ask(many('made-up', 1_003));
      expect(await duration(flood)).toBeLessThan(1_000);
      expect(source.reads).toHaveLength(2);
      expect((await flood).at(-1)).toBe('too many tasks are waiting already');
      expect(new Set((await flood).slice(0, -1))).toEqual(new Set(['no answer in time']));

      source.answer = () => Promise.resolve({ version: 7 });
      expect(await source.get()).toEqual({ version: 7 });
      expect(source.reads).toHaveLength(3);
    });
  });
});
