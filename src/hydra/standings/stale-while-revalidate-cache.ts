import { BoundedMap } from '../../lib/bounded-map.js';
import { Semaphore } from '../../lib/semaphore.js';

/** Milliseconds for which an answer counts, from when it was asked for. */
export const FRESH_MS = 5_000;
/** Milliseconds after which an answer in demand is renewed, while it still counts: hardly anybody waits for the source. */
const RENEW_AFTER_MS = 2_500;
/** Milliseconds after which a source counts as out of reach: a caller must have an answer within a second. */
const PATIENCE_MS = 800;
/** Milliseconds for which a source out of reach is left alone where there is an older answer. */
const LEAVE_ALONE_MS = 1_000;
/** Reads at a time, of keys that are known to exist and of others: fewer than the database connections of the process. */
const READS = { present: 5, other: 2 };
/** How many answers are kept of keys that exist, and again of keys that do not. Some hundred bytes each. */
const MAX_ANSWERS = 20_000;

interface Answer<Value> {
  readonly value: Value | null;
  /** The number of the read. */
  readonly read: number;
  /** Milliseconds, by the monotonic clock. */
  renewAt: number;
  freshUntil: number;
}

/** What a source last said: never older than 5 s while the source can be reached, and as old as need be while it cannot. */
export class StaleWhileRevalidateCache<Value extends object> {
  private readonly present = new BoundedMap<Answer<Value>>(MAX_ANSWERS);
  /** Apart, so that made-up keys do not push out what is known of real ones. */
  private readonly absent = new BoundedMap<Answer<Value>>(MAX_ANSWERS);
  /** Apart too, so that real keys do not stand in line behind made-up ones. */
  private readonly semaphores = { present: new Semaphore(READS.present), other: new Semaphore(READS.other) };
  private readonly waitedFor = new Map<string, Promise<Value | null>>();
  /** Reads are numbered in the order in which they start. */
  private reads = 0;
  /** The last read of a key that may have missed a change. */
  private readonly outdated = new BoundedMap<number>(MAX_ANSWERS);
  /** The last read of any key that may have missed a change. */
  private allOutdated = 0;

  /** @param read asks the source; null says that there is no such thing */
  constructor(private readonly read: (key: string) => Promise<Value | null>) {}

  /** @throws (rejects with) what went wrong with the source, when nothing is known of the key */
  async get(key: string): Promise<Value | null> {
    const last = this.lastOf(key);
    if (!last) return this.readShared(key);
    const now = performance.now();
    if (now < last.renewAt) return last.value;
    const renewed = this.readShared(key).catch(() => leaveAlone(last));
    return now < last.freshUntil ? last.value : renewed;
  }

  /**
   * To be called when the source has changed: who asks from now on gets what it says from now on.
   *
   * @param change what is known of the change; counts until the source is asked again
   */
  expire(key: string, change: (value: Value) => Value): void {
    const last = this.lastOf(key);
    if (last) this.keep(key, { ...last, value: last.value && change(last.value), renewAt: 0, freshUntil: 0 });
    this.outdated.set(key, this.reads);
    this.waitedFor.delete(key);
  }

  /** As `expire`, for every key, where nothing is known of the change. */
  expireAll(): void {
    for (const answers of [this.present, this.absent])
      for (const answer of answers.values()) answer.renewAt = answer.freshUntil = 0;
    this.allOutdated = this.reads;
    this.waitedFor.clear();
  }

  private lastOf(key: string): Answer<Value> | undefined {
    return this.present.get(key) ?? this.absent.get(key);
  }

  /** Whoever misses the same key at the same time waits for the same read. */
  private readShared(key: string): Promise<Value | null> {
    const underWay = this.waitedFor.get(key);
    if (underWay) return underWay;
    const waiting = withinPatience(this.readInTurn(key)).finally(() => {
      if (this.waitedFor.get(key) === waiting) this.waitedFor.delete(key);
    });
    this.waitedFor.set(key, waiting);
    return waiting;
  }

  /** Waits for a turn and reads. A source that hangs keeps no place for longer than somebody waits. */
  private readInTurn(key: string): Promise<Value | null> {
    const givenUpAt = performance.now() + PATIENCE_MS;
    const semaphore = this.present.get(key) ? this.semaphores.present : this.semaphores.other;
    return semaphore.run(() => {
      if (performance.now() >= givenUpAt) throw tooLate();
      return withinPatience(this.readAndKeep(key));
    });
  }

  /** Keeps also an answer that comes too late for those who waited. */
  private async readAndKeep(key: string): Promise<Value | null> {
    const askedAt = performance.now();
    const read = ++this.reads;
    const value = await this.read(key);
    const newest = Math.max(this.lastOf(key)?.read ?? 0, this.outdated.get(key) ?? 0, this.allOutdated);
    if (read > newest)
      this.keep(key, { value, read, renewAt: askedAt + RENEW_AFTER_MS, freshUntil: askedAt + FRESH_MS });
    return value;
  }

  private keep(key: string, answer: Answer<Value>): void {
    const [is, isNot] = answer.value === null ? [this.absent, this.present] : [this.present, this.absent];
    is.set(key, answer);
    isNot.delete(key);
  }
}

function leaveAlone<Value>(last: Answer<Value>): Value | null {
  last.renewAt = last.freshUntil = performance.now() + LEAVE_ALONE_MS;
  return last.value;
}

const tooLate = (): Error => new Error('no answer in time');

function withinPatience<Value>(read: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(tooLate()), PATIENCE_MS);
    read.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
