import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export interface ClientSecret {
  /** The clear text: for the one answer that shows it, and nowhere else. */
  readonly secret: string;
  readonly hash: Buffer;
  readonly last_four: string;
}

/** Lets secret scanners recognise a leaked secret. */
const PREFIX = 'ocs_';

/** A new secret of 256 random bits, in characters that need no escaping in the form encoding of RFC 6749, section 2.3.1. */
export function createClientSecret(): ClientSecret {
  const secret = PREFIX + randomBytes(32).toString('base64url');
  return { secret, hash: hashSecret(secret), last_four: secret.slice(-4) };
}

/** Compares in constant time whether the secret is the one that was hashed. */
export function secretMatches(secret: string, hash: Buffer): boolean {
  return timingSafeEqual(hashSecret(secret), hash);
}

/** What is kept of a secret: SHA-256. A fast hash is enough: nobody can guess 256 random bits at any speed. */
export const hashSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest();
