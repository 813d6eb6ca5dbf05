import { BoundedMap } from './bounded-map.js';

/** Milliseconds for which an answer counts, from when it was asked for. */
export const FRESH_MS = 5_000;
/** Milliseconds after which an answer in demand is renewed, while it still counts: hardly anybody waits for the source. */
const RENEW_AFTER_MS = 2_500;
/** Milliseconds after which a source counts as out of reach: a caller must have an answer within a second. */
const PATIENCE_MS = 800;
/** Milliseconds for which a source out of reach is left alone where there is an older answer. */
const LEAVE_ALONE_MS = 1_000;
/** Reads at a time. More of them are only ever under way when the source hangs. */
const MAX_READS = 1_000;
/** Of what there is, and again of what there is not. Some hundred bytes each. */
const MAX_ANSWERS = 20_000;

interface Answer<Value> {
  readonly value: Value | null;
  /** Milliseconds, by the monotonic clock. */
  renewAt: number;
  freshUntil: number;
}

/** What a source last said: never older than 5 s while the source can be reached, and as old as need be while it cannot. */
export class LastKnown<Value extends object> {
  private readonly present = new BoundedMap<Answer<Value>>(MAX_ANSWERS);
  /** Apart, so that made-up keys do not push out what is known of real ones. */
  private readonly absent = new BoundedMap<Answer<Value>>(MAX_ANSWERS);
  private readonly reads = new Map<string, Promise<Value | null>>();

  /** @param read asks the source; null says that there is no such thing */
  constructor(private readonly read: (key: string) => Promise<Value | null>) {}

  /** Throws what went wrong with the source when nothing is known of the key. */
  async get(key: string): Promise<Value | null> {
    const last = this.lastOf(key);
    if (!last) return this.readShared(key);
    const now = performance.now();
    if (now < last.renewAt) return last.value;
    const renewed = this.readShared(key).catch(() => leaveAlone(last));
    return now < last.freshUntil ? last.value : renewed;
  }

  /** The source is known to have changed: who asks from now on gets what it says from now on. */
  expire(key: string): void {
    const last = this.lastOf(key);
    if (last) last.renewAt = last.freshUntil = 0;
    this.reads.delete(key);
  }

  private lastOf(key: string): Answer<Value> | undefined {
    return this.present.get(key) ?? this.absent.get(key);
  }

  /** Whoever misses the same key at the same time waits for the same read. */
  private readShared(key: string): Promise<Value | null> {
    const underWay = this.reads.get(key);
    if (underWay) return underWay;
    if (this.reads.size >= MAX_READS) return Promise.reject(new Error('too much is being read already'));
    const askedAt = performance.now();
    const isCurrent = (): boolean => this.reads.get(key) === read;
    const read = withinPatience(this.read(key))
      .then((value) => {
        if (isCurrent())
          this.keep(key, { value, renewAt: askedAt + RENEW_AFTER_MS, freshUntil: askedAt + FRESH_MS });
        return value;
      })
      .finally(() => {
        if (isCurrent()) this.reads.delete(key);
      });
    this.reads.set(key, read);
    return read;
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

function withinPatience<Value>(read: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no answer in time')), PATIENCE_MS);
    read.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
