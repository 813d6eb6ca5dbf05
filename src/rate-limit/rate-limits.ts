import type { Actor } from '../auth/actor.js';
import type { Limits } from './limit-values.js';
import { networkOf } from './network-of.js';
import { RateLimiter } from './rate-limiter.js';

/**
 * Who may ask how often, as far as this process sees: processes share no counts, so each of them allows the whole limit. Every
 * refusal is a 429 problem with `Retry-After`, `RateLimit` and `RateLimit-Policy`.
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

  /** Admits a request that needs no token and costs much. */
  async admitAnonymous(address: string): Promise<void> {
    await this.anonymous?.admit(networkOf(address));
  }

  async admitActor(actor: Actor): Promise<void> {
    await this.actors?.admit(keyOf(actor));
  }

  /** Admits a write that the actor may make: writes that are not allowed must not use up what a project has. */
  async admitWrite(actor: Actor, projectId: string): Promise<void> {
    await this.writes?.admit(keyOf(actor));
    await this.projectWrites?.admit(projectId);
  }

  async noteFailedAuthentication(address: string): Promise<void> {
    await this.failures?.note(networkOf(address));
  }

  /** Rejects when the address has failed to authenticate too often of late. The failure itself is counted with its answer. */
  async admitFailure(address: string): Promise<void> {
    await this.failures?.demandRoom(networkOf(address));
  }

  /** Counts a refusal of the client to the address, and rejects when it is one too many. */
  async admitWrongSecret(clientId: string, address: string): Promise<void> {
    await this.wrongSecrets?.admit(`${clientId} ${networkOf(address)}`);
  }

  /** Counts nothing. Rejects when the client was refused to the address too often of late. */
  async demandFewWrongSecrets(clientId: string, address: string): Promise<void> {
    await this.wrongSecrets?.demandRoom(`${clientId} ${networkOf(address)}`);
  }
}

const keyOf = ({ issuer, subject }: Actor): string => `${issuer} ${subject}`;
