import { createPublicKey, verify, type JsonWebKey, type KeyObject } from 'node:crypto';
import { isObject, type JsonObject } from '../lib/json.js';
import type { CompactToken } from './compact-token.js';

export type Algorithm = (typeof ALGORITHMS)[number];
const ALGORITHMS = ['RS256', 'ES256'] as const;

/** A public key that may verify tokens, bound to the one algorithm it is for. */
export interface VerificationKey {
  readonly kid: string;
  readonly algorithm: Algorithm;
  readonly publicKey: KeyObject;
}

const MAX_KEY_ID_LENGTH = 256;

export const isAlgorithm = (value: unknown): value is Algorithm =>
  ALGORITHMS.some((algorithm) => algorithm === value);

export const isKeyId = (value: unknown): value is string =>
  typeof value === 'string' && value.length > 0 && value.length <= MAX_KEY_ID_LENGTH;

/**
 * The key of a JSON Web Key (RFC 7517), or null when it must not verify tokens: no `kid`, not for signatures, another
 * algorithm, symmetric, weak, broken, or published together with its private half, which anyone may then sign with.
 */
export function toVerificationKey(jwk: unknown): VerificationKey | null {
  if (!isObject(jwk) || !isKeyId(jwk['kid']) || !isForVerifying(jwk)) return null;
  const algorithm = algorithmOf(jwk);
  const publicKey = algorithm && importPublicKey(jwk);
  if (!publicKey || !isStrong(publicKey)) return null;
  return { kid: jwk['kid'], algorithm, publicKey };
}

/** @returns whether the key made the token's signature; never throws for what a token may hold */
export function isSignedWith(token: CompactToken, { publicKey }: VerificationKey): boolean {
  // RFC 7518, section 3.4: an ES256 signature is r and s as they are, not their DER form. RSA keys ignore the member.
  return verify('sha256', token.signingInput, { key: publicKey, dsaEncoding: 'ieee-p1363' }, token.signature);
}

function isForVerifying({ use, key_ops: operations, d, k }: JsonObject): boolean {
  if (d !== undefined || k !== undefined) return false;
  if (use !== undefined && use !== 'sig') return false;
  return operations === undefined || (Array.isArray(operations) && operations.includes('verify'));
}

function algorithmOf({ kty, crv, alg }: JsonObject): Algorithm | null {
  const fitting = kty === 'RSA' ? 'RS256' : kty === 'EC' && crv === 'P-256' ? 'ES256' : null;
  return alg === undefined || alg === fitting ? fitting : null;
}

function importPublicKey({ kty, crv, n, e, x, y }: JsonObject): KeyObject | null {
  try {
    return createPublicKey({ key: { kty, crv, n, e, x, y } as JsonWebKey, format: 'jwk' });
  } catch {
    return null;
  }
}

/** RFC 7518, section 3.3, asks for 2,048 bits or more, FIPS 186-5 for the exponent; the upper bounds keep verifying cheap. */
function isStrong(key: KeyObject): boolean {
  if (key.asymmetricKeyType === 'ec') return true;
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  const isSoundExponent =
    publicExponent >= 65_537n && publicExponent < 2n ** 32n && publicExponent % 2n === 1n;
  return modulusLength >= 2048 && modulusLength <= 8192 && isSoundExponent;
}
