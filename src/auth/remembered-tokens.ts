import { hash } from 'node:crypto';
import { BoundedMap } from '../lib/bounded-map.js';
import type { Actor } from './actor.js';
import type { KeySet } from './key-set.js';
import type { VerificationKey } from './verification-key.js';

/** The result of a verification, and what it depends on: it holds until `deadAt`, and as long as `keys` have the key. */
export interface VerifiedToken {
  readonly actor: Actor;
  /** Seconds since the epoch, leeway included. */
  readonly deadAt: number;
  readonly key: VerificationKey;
  readonly keys: KeySet;
}

const CAPACITY = 10_000;

/**
 * Tokens that were verified, so that their signature is checked once and not at every request. Holds digests, never
 * tokens. Bounded: the longest unused leaves first. Only good tokens come in, so bad ones can push nothing out.
 */
export class RememberedTokens {
  private readonly byDigest: BoundedMap<VerifiedToken>;

  constructor(capacity = CAPACITY) {
    this.byDigest = new BoundedMap(capacity);
  }

  static digest(token: string): string {
    return hash('sha256', token, 'base64');
  }

  /** The actor of a token, unless the token expired or the key that signed it is no longer one of its issuer's. */
  find(digest: string, now: number): Actor | undefined {
    const verified = this.byDigest.get(digest);
    if (verified === undefined) return undefined;
    if (now < verified.deadAt && verified.keys.has(verified.key)) return verified.actor;
    this.byDigest.delete(digest);
    return undefined;
  }

  remember(digest: string, verified: VerifiedToken): void {
    this.byDigest.set(digest, verified);
  }
}
