import { setTimeout } from 'node:timers/promises';

/** Clients that are brought to Hydra at the same time, by one process. */
const CONCURRENCY = 8;

/**
 * A token bucket that bounds the writes a minute, and spreads them evenly, since a server that bounds them by the minute
 * (such as Ory Network) allows few in a second. It holds half a second's worth. An attempt waits before it begins and
 * never in its middle, so its few writes may overdraw the bucket; the next attempt waits longer for it.
 */
export class TokenBucket {
  /** How many attempts may run at once: not many more than the writes that are allowed in a second. */
  readonly concurrency: number;
  private readonly capacity: number;
  private readonly refillPerMinute: number;
  private tokens: number;
  private refilledAt = performance.now();

  /** @param writesPerMinute of this process; null: no bound */
  constructor(private readonly writesPerMinute: number | null) {
    const perMinute = writesPerMinute ?? 0;
    this.concurrency = writesPerMinute === null ? CONCURRENCY : clamp(Math.floor(perMinute / 60));
    this.capacity = Math.max(1, perMinute / 120);
    // The tokens that the bucket holds when a minute begins are part of that minute's writes.
    this.refillPerMinute = Math.max(perMinute - this.capacity, perMinute / 2);
    this.tokens = this.capacity;
  }

  /** Whether a write may be made now. */
  get isReady(): boolean {
    return this.waitMs() === 0;
  }

  /** Resolves when a write may be made, or the signal ends the wait. */
  async ready(signal: AbortSignal): Promise<void> {
    for (let wait = this.waitMs(); wait > 0 && !signal.aborted; wait = this.waitMs()) {
      await setTimeout(wait, undefined, { signal, ref: false }).catch(() => undefined);
    }
  }

  spend(): void {
    this.refill();
    this.tokens -= 1;
  }

  private waitMs(): number {
    if (this.writesPerMinute === null) return 0;
    this.refill();
    return this.tokens >= 1 ? 0 : Math.ceil(((1 - this.tokens) * 60_000) / this.refillPerMinute);
  }

  private refill(): void {
    const now = performance.now();
    const gained = ((now - this.refilledAt) * this.refillPerMinute) / 60_000;
    this.tokens = Math.min(this.capacity, this.tokens + gained);
    this.refilledAt = now;
  }
}

const clamp = (attempts: number): number => Math.min(CONCURRENCY, Math.max(1, attempts));
