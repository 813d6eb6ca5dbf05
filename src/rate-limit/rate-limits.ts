import type { Actor } from '../auth/actor.js';
import type { Limits } from './limits.js';
import { networkOf } from './network-of.js';
import { RateLimiter } from './rate-limiter.js';

/**
 * Who may ask how often, as far as this process sees: several share nothing, so each allows the whole of it. Every refusal
 * is a 429 problem with `Retry-After`, `RateLimit` and `RateLimit-Policy`.
 */
export class RateLimits {
  private readonly addresses: RateLimiter | null;
  private readonly actors: RateLimiter | null;
  private readonly secrets: RateLimiter | null;
  private readonly failures: RateLimiter | null;

  /** @param limits null for none: something in front of this process limits */
  constructor(limits: Limits | null) {
    this.addresses = limits && new RateLimiter('address', limits.address);
    this.actors = limits && new RateLimiter('actor', limits.actor);
    this.secrets = limits && new RateLimiter('secrets', limits.secrets);
    this.failures = limits && new RateLimiter('failed-authentication', limits.failedAuthentication);
  }

  async admitAddress(address: string): Promise<void> {
    await this.addresses?.admit(networkOf(address));
  }

  async admitActor({ issuer, subject }: Actor, { makesSecret }: { makesSecret: boolean }): Promise<void> {
    const key = `${issuer} ${subject}`;
    await this.actors?.admit(key);
    if (makesSecret) await this.secrets?.admit(key);
  }

  async noteFailedAuthentication(address: string): Promise<void> {
    await this.failures?.note(networkOf(address));
  }

  /** For what costs work to check, such as a signature. Rejects when the address has failed too often of late. */
  async admitCredentials(address: string): Promise<void> {
    await this.failures?.demandRoom(networkOf(address));
  }
}
