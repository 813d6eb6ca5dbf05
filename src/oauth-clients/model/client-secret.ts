import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { v7 } from 'uuid';
import { IS_LIVE } from './secrets-of-client.js';
import { USE_IS_DUE } from './secret-use.js';

export interface ClientSecret {
  /** The clear text: for the one answer that shows it, and nowhere else. */
  readonly secret: string;
  readonly hash: Buffer;
  readonly last_four: string;
}

/** What an owner says of a secret. */
export interface SecretTerms {
  readonly name?: string | null;
  /** Seconds from when it is made; null for one that works until somebody ends it. */
  readonly expires_in_seconds?: number | null;
}

/** A secret that is about to be a client's. */
export interface NewSecret extends ClientSecret, SecretTerms {
  readonly id: string;
}

/** What is stored of a secret that works, for whoever verifies one that was presented. */
export interface LiveSecret {
  readonly id: string;
  /** SHA-256, in base64. */
  readonly hash: string;
  /** Whether its last use was noted more than a minute ago, or never. */
  readonly is_use_due: boolean;
}

/** Lets secret scanners recognise a leaked secret. */
const PREFIX = 'ocs_';

/** A new secret of 256 random bits, in characters that need no escaping in the form encoding of RFC 6749, section 2.3.1. */
export function createClientSecret(): ClientSecret {
  const secret = PREFIX + randomBytes(32).toString('base64url');
  return { secret, hash: hashSecret(secret), last_four: secret.slice(-4) };
}

export const newSecret = ({ name, expires_in_seconds }: SecretTerms = {}): NewSecret => ({
  id: v7(),
  ...createClientSecret(),
  name,
  expires_in_seconds,
});

/** Which of the live secrets was presented. Compares with all of them in constant time: the time tells nothing about any. */
export function verifySecret(presented: string, live: readonly LiveSecret[]): LiveSecret | undefined {
  const hash = hashSecret(presented);
  const [found] = live.filter((secret) => timingSafeEqual(hash, Buffer.from(secret.hash, 'base64')));
  return found;
}

/** What is kept of a secret: SHA-256. A fast hash is enough: nobody can guess 256 random bits at any speed. */
export const hashSecret = (secret: string): Buffer => createHash('sha256').update(secret).digest();

/** The live secrets of a client that is called `c`, as a column of `LiveSecret`: one probe of an index. */
export const LIVE_SECRETS = `
  array(
    select json_build_object('id', s.id, 'hash', encode(s.hash, 'base64'), 'is_use_due', ${USE_IS_DUE})
    from oauth_client_secrets s
    where s.oauth_client_id = c.id and s.hash is not null and ${IS_LIVE}
    order by s.id
  )`;
