import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose';
import { isObject, isText } from '../lib/json.js';

const MIN_MODULUS_BITS = 2048;
const PUBLIC_MEMBERS = ['kty', 'n', 'e', 'kid', 'alg', 'use'] as const;
const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi'] as const;

export type PublicSigningKey = Readonly<Record<(typeof PUBLIC_MEMBERS)[number], string>>;

/** A private RSA key for RS256, as JSON Web Key (RFC 7517). */
export type SigningKey = PublicSigningKey & Readonly<Record<(typeof PRIVATE_MEMBERS)[number], string>>;

export async function createSigningKey(): Promise<unknown> {
  const options = { modulusLength: MIN_MODULUS_BITS, extractable: true };
  const { privateKey } = await generateKeyPair('RS256', options);
  const jwk = await exportJWK(privateKey);
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'RS256', use: 'sig' };
}

/** Whether this is a whole private key of at least 2,048 bits whose signatures verify. */
export function isSigningKey(jwk: unknown): jwk is SigningKey {
  return (
    isObject(jwk) &&
    [...PUBLIC_MEMBERS, ...PRIVATE_MEMBERS].every((member) => isText(jwk[member])) &&
    jwk['kty'] === 'RSA' &&
    jwk['alg'] === 'RS256' &&
    jwk['use'] === 'sig' &&
    signsForItself(jwk as SigningKey)
  );
}

export const publicPart = ({ kty, n, e, kid, alg, use }: SigningKey): PublicSigningKey => ({
  kty,
  n,
  e,
  kid,
  alg,
  use,
});

/** One changed character leaves a key that loads, and whose every signature is refused. */
function signsForItself(jwk: SigningKey): boolean {
  const probe = Buffer.from('probe');
  try {
    const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
    const publicKey = createPublicKey({ key: publicPart(jwk), format: 'jwk' });
    const bits = publicKey.asymmetricKeyDetails?.modulusLength ?? 0;
    return bits >= MIN_MODULUS_BITS && verify('sha256', probe, publicKey, sign('sha256', probe, privateKey));
  } catch {
    return false;
  }
}
