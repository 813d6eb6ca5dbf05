import {
  createClientSecret,
  hashSecret,
  verifySecret,
  type LiveSecret,
} from '../../../src/oauth-clients/model/client-secret.js';

/** Computed outside of the code under test: printf %s ocs_test | sha256sum */
const KNOWN_SECRET = 'ocs_test';
const KNOWN_HASH = Buffer.from('6ed11312091f0412104e6a241be0288f42891009ab7972c8a59159cf3452af08', 'hex');

describe('createClientSecret', () => {
  it('a new client secret is ocs_ and 256 bits in base64url', () => {
    const { secret } = createClientSecret();
    expect(secret).toMatch(/^ocs_[\w-]{43}$/);
    expect(Buffer.from(secret.slice(4), 'base64url')).toHaveLength(32);
  });

  it('a new client secret keeps its last four characters for the owner to recognise it by', () => {
    const { secret, last_four } = createClientSecret();
    expect(last_four).toHaveLength(4);
    expect(secret.endsWith(last_four)).toBe(true);
  });

  it('a new client secret is never the same twice', () => {
    const secrets = Array.from({ length: 1_000 }, () => createClientSecret().secret);
    expect(new Set(secrets).size).toBe(1_000);
  });

  it('a new client secret spends every bit on chance: each of the 256 takes both values over many secrets', () => {
    const all = Array.from({ length: 200 }, () =>
      Buffer.from(createClientSecret().secret.slice(4), 'base64url'),
    );
    const ones = all.reduce(
      (seen, bytes) => seen.map((byte, i) => byte | (bytes[i] ?? 0)),
      Array<number>(32).fill(0),
    );
    const zeros = all.reduce(
      (seen, bytes) => seen.map((byte, i) => byte & (bytes[i] ?? 0)),
      Array<number>(32).fill(255),
    );
    expect(ones).toEqual(Array(32).fill(255));
    expect(zeros).toEqual(Array(32).fill(0));
  });

  it('a new client secret is hashed as it is shown', () => {
    const { secret, hash } = createClientSecret();
    expect(hash).toHaveLength(32);
    expect(hashSecret(secret)).toEqual(hash);
  });
});

describe('hashSecret', () => {
  it('a secret is hashed with SHA-256', () => {
    expect(hashSecret(KNOWN_SECRET)).toEqual(KNOWN_HASH);
  });
});

describe('verifySecret', () => {
  const live = (id: string, hash: Buffer): LiveSecret => ({
    id,
    hash: hash.toString('base64'),
    is_use_due: false,
  });
  const other = live('other', createClientSecret().hash);
  const known = live('known', KNOWN_HASH);

  it.each([[[known]], [[known, other]], [[other, known]]])(
    'a secret is verified by the live one whose SHA-256 is that of the whole secret',
    (secrets) => {
      expect(verifySecret(KNOWN_SECRET, secrets)).toBe(known);
    },
  );

  it.each([
    '',
    'ocs_',
    'ocs_tes',
    'ocs_tesT',
    'ocs_test ',
    'test',
    'ocs_test\0',
    '\ud800',
    'x'.repeat(100_000),
  ])('another secret is verified by no live one, and nothing throws', (secret) => {
    expect(verifySecret(secret, [known, other])).toBeUndefined();
  });

  it('a secret is verified by none where none is live', () => {
    expect(verifySecret(KNOWN_SECRET, [])).toBeUndefined();
  });
});
