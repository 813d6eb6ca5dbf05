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
  private readonly anonymous: RateLimiter | null;
  private readonly actors: RateLimiter | null;
  private readonly writes: RateLimiter | null;
  private readonly projectWrites: RateLimiter | null;
  private readonly failures: RateLimiter | null;
  private readonly wrongSecrets: RateLimiter | null;

  /** @param limits null for none: something in front of this process limits */
  constructor(limits: Limits | null) {
    this.addresses = limits && new RateLimiter('address', limits.address);
    this.anonymous = limits && new RateLimiter('anonymous', limits.anonymous);
    this.actors = limits && new RateLimiter('actor', limits.actor);
    this.writes = limits && new RateLimiter('writes', limits.writes);
    this.projectWrites = limits && new RateLimiter('project-writes', limits.projectWrites);
    this.failures = limits && new RateLimiter('failed-authentication', limits.failedAuthentication);
    this.wrongSecrets = limits && new RateLimiter('wrong-secrets', limits.wrongSecrets);
  }

  async admitAddress(address: string): Promise<void> {
    await this.addresses?.admit(networkOf(address));
  }

  /** For what needs no token and costs much. */
  async admitAnonymous(address: string): Promise<void> {
    await this.anonymous?.admit(networkOf(address));
  }

  async admitActor(actor: Actor): Promise<void> {
    await this.actors?.admit(keyOf(actor));
  }

  /** For writes that are allowed: others must not use up what a project has. */
  async admitWrite(actor: Actor, projectId: string): Promise<void> {
    await this.writes?.admit(keyOf(actor));
    await this.projectWrites?.admit(projectId);
  }

  async noteFailedAuthentication(address: string): Promise<void> {
    await this.failures?.note(networkOf(address));
  }

  /** For a failed authentication, which is counted with its answer. Rejects when the address has failed too often of late. */
  async admitFailure(address: string): Promise<void> {
    await this.failures?.demandRoom(networkOf(address));
  }

  /** For a refusal of the client to the address. Rejects when it is one too many. */
  async admitWrongSecret(clientId: string, address: string): Promise<void> {
    await this.wrongSecrets?.admit(`${clientId} ${networkOf(address)}`);
  }

  /** Counts nothing. Rejects when the client was refused to the address too often of late. */
  async demandFewWrongSecrets(clientId: string, address: string): Promise<void> {
    await this.wrongSecrets?.demandRoom(`${clientId} ${networkOf(address)}`);
  }
}

const keyOf = ({ issuer, subject }: Actor): string => `${issuer} ${subject}`;
