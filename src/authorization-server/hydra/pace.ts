import { setTimeout } from 'node:timers/promises';

/**
 * Keeps writes to so many a minute: a bucket that holds a tenth of that and refills evenly. An attempt waits before it
 * begins, never in its middle, so it may overdraw by its few writes; the next one waits longer for it.
 */
export class Pace {
  private readonly capacity: number;
  private tokens: number;
  private refilledAt = performance.now();

  /** @param writesPerMinute null: no bound */
  constructor(private readonly writesPerMinute: number | null) {
    this.capacity = Math.max(1, (writesPerMinute ?? 0) / 10);
    this.tokens = this.capacity;
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
    return this.tokens >= 1 ? 0 : Math.ceil(((1 - this.tokens) * 60_000) / this.writesPerMinute);
  }

  private refill(): void {
    const now = performance.now();
    const gained = ((now - this.refilledAt) * (this.writesPerMinute ?? 0)) / 60_000;
    this.tokens = Math.min(this.capacity, this.tokens + gained);
    this.refilledAt = now;
  }
}
