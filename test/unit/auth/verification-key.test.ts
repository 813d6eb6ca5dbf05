import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { JWK } from 'jose';
import { toVerificationKey } from '../../../src/auth/verification-key.js';
import { SigningKey } from '../../support/tokens.js';

const rsa = SigningKey.named('an RSA key').jwk();
const ec = SigningKey.named('an EC key', 'ES256').jwk();
const jwkOf = (key: KeyObject): JWK => ({ ...key.export({ format: 'jwk' }), kid: 'x' });
const ecOn = (namedCurve: string): JWK => jwkOf(generateKeyPairSync('ec', { namedCurve }).publicKey);
const rsaOf = (modulusLength: number, publicExponent = 65_537): JWK =>
  jwkOf(generateKeyPairSync('rsa', { modulusLength, publicExponent }).publicKey);

describe('toVerificationKey', () => {
  it.each([
    ['RSA', rsa, 'RS256'],
    ['RSA without alg and use', { ...rsa, alg: undefined, use: undefined }, 'RS256'],
    ['P-256', ec, 'ES256'],
    ['P-256 without alg and use', { ...ec, alg: undefined, use: undefined }, 'ES256'],
    ['with verify among its operations', { ...rsa, key_ops: ['encrypt', 'verify'] }, 'RS256'],
    ['with members nobody reads', { ...rsa, x5c: ['nonsense'], x5u: 'http://127.0.0.1:9/' }, 'RS256'],
  ])('toVerificationKey takes a key for its one algorithm: %s', (_, jwk, algorithm) => {
    expect(toVerificationKey(jwk)).toMatchObject({ kid: jwk.kid, algorithm });
  });

  it.each<[string, unknown]>([
    ['nothing', null],
    ['a text', 'key'],
    ['a list', [rsa]],
    ['without kid', { ...rsa, kid: undefined }],
    ['with an empty kid', { ...rsa, kid: '' }],
    ['with a kid that is a number', { ...rsa, kid: 1 }],
    ['with a very long kid', { ...rsa, kid: 'k'.repeat(257) }],
    ['for encryption', { ...rsa, use: 'enc' }],
    ['with a use that is a list', { ...rsa, use: ['sig'] }],
    ['without verify among its operations', { ...rsa, key_ops: ['sign'] }],
    ['with operations that are a text', { ...rsa, key_ops: 'verify' }],
    ['symmetric', { kty: 'oct', k: 'c2VjcmV0', kid: 'x', alg: 'HS256' }],
    ['symmetric, called RS256', { kty: 'oct', k: 'c2VjcmV0', kid: 'x', alg: 'RS256' }],
    ['an RSA key with a secret in it', { ...rsa, k: 'c2VjcmV0' }],
    ['published with its private half', { ...rsa, d: 'AQAB' }],
    ['RSA for another algorithm', { ...rsa, alg: 'PS256' }],
    ['RSA for HMAC', { ...rsa, alg: 'HS256' }],
    ['RSA for ES256', { ...rsa, alg: 'ES256' }],
    ['EC for RS256', { ...ec, alg: 'RS256' }],
    ['with a null alg', { ...rsa, alg: null }],
    ['on the curve P-384', ecOn('P-384')],
    ['on the curve secp256k1', ecOn('secp256k1')],
    ['of another kind', jwkOf(generateKeyPairSync('ed25519').publicKey)],
    ['RSA with 1,024 bits', rsaOf(1024)],
    ['RSA with 2,047 bits', rsaOf(2047)],
    ['RSA with the exponent 3', rsaOf(2048, 3)],
    ['RSA with the exponent 1', { ...rsa, e: 'AQ' }],
    ['RSA with an even exponent', { ...rsa, e: 'AQAC' }],
    ['RSA with an enormous exponent', { ...rsa, e: rsa.n }],
    ['RSA with an enormous modulus', { ...rsa, n: '_'.repeat(11_000) }],
    ['RSA with no modulus', { ...rsa, n: undefined }],
    ['RSA with a modulus that is a number', { ...rsa, n: 5 }],
    ['EC with a point that is not on the curve', { ...ec, y: ec.x }],
    ['EC with half a point', { ...ec, y: undefined }],
  ])('toVerificationKey takes no key that is %s', (_, jwk) => {
    expect(toVerificationKey(jwk)).toBeNull();
  });
});
