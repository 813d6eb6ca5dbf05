import { createCipheriv, randomBytes } from 'node:crypto';
import { SecretSeal } from '../../../src/hydra/sync/secret-seal.js';

const OWNER = { clientId: 'a client', secretId: 'a secret' };
const SECRET = 'ocs_KI7fW0cXvJ';
const seal = new SecretSeal([randomBytes(32)]);

describe('SecretSeal', () => {
  it('a secret seal opens what it has sealed', () => {
    expect(seal.open(seal.seal(SECRET, OWNER), OWNER)).toBe(SECRET);
  });

  it('a sealed secret shows nothing of the secret, and is never the same twice', () => {
    const [first, second] = [seal.seal(SECRET, OWNER), seal.seal(SECRET, OWNER)];
    expect(first.includes(SECRET)).toBe(false);
    expect(first.equals(second)).toBe(false);
  });

  it.each([
    ['client', { ...OWNER, clientId: 'another' }],
    ['secret', { ...OWNER, secretId: 'another' }],
  ])('a sealed secret does not open for another %s', (_, owner) => {
    expect(seal.open(seal.seal(SECRET, OWNER), owner)).toBeNull();
  });

  it('a sealed secret does not open with another key', () => {
    expect(new SecretSeal([randomBytes(32)]).open(seal.seal(SECRET, OWNER), OWNER)).toBeNull();
  });

  it('a secret seal opens with each of its keys, and seals with the first', () => {
    const [old, next] = [randomBytes(32), randomBytes(32)];
    const both = new SecretSeal([next, old]);

    expect(both.open(new SecretSeal([old]).seal(SECRET, OWNER), OWNER)).toBe(SECRET);
    expect(new SecretSeal([next]).open(both.seal(SECRET, OWNER), OWNER)).toBe(SECRET);
    expect(new SecretSeal([old]).open(both.seal(SECRET, OWNER), OWNER)).toBeNull();
  });

  it('a secret seal opens what was sealed before sealing had a key of its own', () => {
    const key = Buffer.alloc(32, 7);
    const nonce = Buffer.alloc(12, 1);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from('a client a secret'));
    const ciphertext = Buffer.concat([cipher.update(SECRET), cipher.final()]);
    const sealed = Buffer.concat([Buffer.of(1), nonce, cipher.getAuthTag(), ciphertext]);

    expect(new SecretSeal([key]).open(sealed, OWNER)).toBe(SECRET);
  });

  it('a sealed secret does not open when any byte of it has changed, or the end is missing', () => {
    const sealed = seal.seal(SECRET, OWNER);
    for (let index = 0; index < sealed.length; index++) {
      const damaged = Buffer.from(sealed);
      damaged[index] = (damaged[index] ?? 0) ^ 1;
      expect(seal.open(damaged, OWNER)).toBeNull();
      expect(seal.open(sealed.subarray(0, index), OWNER)).toBeNull();
    }
  });
});
