import { hash, randomBytes } from 'node:crypto';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Problem } from '../problem-details/problem.js';
import type { Limit } from './limit-values.js';

/** Hexadecimal digits of a slot's name: 65,536 slots. */
const SLOT_DIGITS = 4;

/**
 * Counts by key, in the memory of this process alone. The keys share a fixed number of slots, so a flood of keys neither
 * fills the memory nor pushes anybody's count out. Nobody can choose whose slot to share: the salt is secret.
 */
export class RateLimiter {
  private readonly slots: RateLimiterMemory;
  private readonly salt = randomBytes(16).toString('hex');

  constructor(
    /** What the limit is called in `RateLimit` headers. */
    private readonly name: string,
    private readonly limit: Limit,
  ) {
    this.slots = new RateLimiterMemory({ points: limit.requests, duration: limit.seconds, keyPrefix: '' });
  }

  /** Counts a request. Rejects with a 429 problem when it is one too many. */
  async admit(key: string): Promise<void> {
    try {
      await this.slots.consume(this.slotOf(key));
    } catch (outcome) {
      throw outcome instanceof RateLimiterRes ? this.tooManyRequests(outcome) : outcome;
    }
  }

  /** Counts something that has happened already. */
  async note(key: string): Promise<void> {
    await this.slots.penalty(this.slotOf(key));
  }

  /** Counts nothing. Rejects with a 429 problem when there is nothing left to count. */
  async demandRoom(key: string): Promise<void> {
    const count = await this.slots.get(this.slotOf(key));
    if (count && count.msBeforeNext > 0 && count.consumedPoints >= this.limit.requests) {
      throw this.tooManyRequests(count);
    }
  }

  private slotOf(key: string): string {
    return hash('sha256', this.salt + key).slice(0, SLOT_DIGITS);
  }

  /**
   * RFC 6585, section 4, and the fields of draft-ietf-httpapi-ratelimit-headers. Whole seconds, and never zero: who asks
   * again in this instant would be refused again.
   */
  private tooManyRequests({ msBeforeNext }: RateLimiterRes): Problem {
    const seconds = Math.max(1, Math.ceil(msBeforeNext / 1000));
    return new Problem('too_many_requests', `Wait ${seconds} s before you try again.`, {
      headers: {
        'retry-after': String(seconds),
        ratelimit: `"${this.name}";r=0;t=${seconds}`,
        'ratelimit-policy': `"${this.name}";q=${this.limit.requests};w=${this.limit.seconds}`,
      },
    });
  }
}
