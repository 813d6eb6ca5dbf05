import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { SecretOwner } from '../../authorization-server/authorization-server.js';

const ALGORITHM = 'aes-256-gcm';
/** Says how the key of the seal comes from the one that is configured: 1 is that key itself, which nothing is sealed with any more. */
const [PLAIN_KEY, SUBKEY] = [1, 2];
const SUBKEY_OF = 'client-secret-seal/v1';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Keeps a new secret encrypted until Hydra has it: version of the key, nonce, authentication tag, ciphertext (AES-256-GCM, NIST
 * SP 800-38D). The owner is authenticated with it, so a sealed secret copied to another row does not open there.
 */
export class SecretSeal {
  private readonly subkeys: readonly Buffer[];

  /** @param keys the newest first, which seals; each opens */
  constructor(private readonly keys: readonly Buffer[]) {
    this.subkeys = keys.map((key) => Buffer.from(hkdfSync('sha256', key, '', SUBKEY_OF, key.length)));
  }

  seal(secret: string, owner: SecretOwner): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.subkeys[0] as Buffer, nonce).setAAD(associated(owner));
    const ciphertext = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.of(SUBKEY), nonce, cipher.getAuthTag(), ciphertext]);
  }

  /** Null when it was sealed with none of the keys or for another owner, or was damaged. */
  open(sealed: Buffer, owner: SecretOwner): string | null {
    const keys = sealed[0] === SUBKEY ? this.subkeys : sealed[0] === PLAIN_KEY ? this.keys : [];
    if (sealed.length <= 1 + NONCE_BYTES + TAG_BYTES) return null;
    for (const key of keys) {
      const secret = opened(sealed, key, owner);
      if (secret !== null) return secret;
    }
    return null;
  }
}

/** Null unless it was sealed with this key. */
function opened(sealed: Buffer, key: Buffer, owner: SecretOwner): string | null {
  const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
  const tag = sealed.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES);
  const decipher = createDecipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(associated(owner)).setAuthTag(tag);
  const clear = decipher.update(sealed.subarray(1 + NONCE_BYTES + TAG_BYTES));
  try {
    return Buffer.concat([clear, decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

const associated = ({ clientId, secretId }: SecretOwner): Buffer => Buffer.from(`${clientId} ${secretId}`);
