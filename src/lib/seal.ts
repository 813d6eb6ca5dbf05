import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts texts for one purpose, with a key that is derived for it (HKDF-SHA-256, RFC 5869), into nonce, authentication tag
 * and ciphertext (AES-256-GCM, NIST SP 800-38D). What a text belongs to is authenticated with it, so that it opens for nothing
 * else.
 */
export class Seal {
  private readonly subkeys: readonly Buffer[];

  /**
   * @param keys of 32 bytes each, newest first: the first one seals, and all of them open
   * @param purpose the name of the purpose with a version, such as `replay/v1`
   */
  constructor(keys: readonly Buffer[], purpose: string) {
    this.subkeys = keys.map((key) => Buffer.from(hkdfSync('sha256', key, '', purpose, 32)));
  }

  /** @throws Error without a key */
  seal(text: string, owner: Buffer): Buffer {
    const [key] = this.subkeys;
    if (!key) throw new Error('there is no key to seal with');
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, key, nonce).setAAD(owner);
    const ciphertext = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), ciphertext]);
  }

  /** Null when it was sealed with none of the keys, for another purpose or owner, or was damaged. */
  open(sealed: Buffer, owner: Buffer): string | null {
    return openWithAny(this.subkeys, sealed, owner);
  }
}

/** Opens with the keys as they are, and not with ones derived from them. Null when it was sealed with none of them. */
export function openWithAny(keys: readonly Buffer[], sealed: Buffer, owner: Buffer): string | null {
  if (sealed.length <= NONCE_BYTES + TAG_BYTES) return null;
  for (const key of keys) {
    const text = opened(sealed, key, owner);
    if (text !== null) return text;
  }
  return null;
}

function opened(sealed: Buffer, key: Buffer, owner: Buffer): string | null {
  const nonce = sealed.subarray(0, NONCE_BYTES);
  const tag = sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
  const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(owner).setAuthTag(tag);
  const clear = decipher.update(sealed.subarray(NONCE_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([clear, decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}
