import { setTimeout } from 'node:timers/promises';

/** Clients that are brought to Hydra at the same time, by one process. */
const CONCURRENCY = 8;

/**
 * Keeps writes to so many a minute, and evenly: who counts by the minute, as Ory Network does, allows few in a second. A
 * bucket that holds half a second's worth. An attempt waits before it begins, never in its middle, so it may overdraw by its
 * few writes; the next one waits longer for it.
 */
export class TokenBucket {
  /** So many attempts at the same time are never many more writes than there may be in a second. */
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
    // What it holds at the beginning of a minute is part of that minute's.
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
