import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { SecretOwner } from '../../authorization-server/authorization-server.js';

const ALGORITHM = 'aes-256-gcm';
/** Names the key, so that a later one can be told from it. */
const KEY_VERSION = 1;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Keeps a new secret encrypted until Hydra has it: key version, nonce, authentication tag, ciphertext (AES-256-GCM, NIST
 * SP 800-38D). The owner is authenticated with it, so a sealed secret copied to another row does not open there.
 */
export class SecretSeal {
  constructor(private readonly key: Buffer) {}

  seal(secret: string, owner: SecretOwner): Buffer {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.key, nonce).setAAD(associated(owner));
    const ciphertext = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
    return Buffer.concat([Buffer.of(KEY_VERSION), nonce, cipher.getAuthTag(), ciphertext]);
  }

  /** Null when it was sealed with another key or for another owner, or was damaged. */
  open(sealed: Buffer, owner: SecretOwner): string | null {
    if (sealed[0] !== KEY_VERSION || sealed.length <= 1 + NONCE_BYTES + TAG_BYTES) return null;
    const nonce = sealed.subarray(1, 1 + NONCE_BYTES);
    const tag = sealed.subarray(1 + NONCE_BYTES, 1 + NONCE_BYTES + TAG_BYTES);
    const decipher = createDecipheriv(ALGORITHM, this.key, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(associated(owner)).setAuthTag(tag);
    const clear = decipher.update(sealed.subarray(1 + NONCE_BYTES + TAG_BYTES));
    try {
      return Buffer.concat([clear, decipher.final()]).toString('utf8');
    } catch {
      return null;
    }
  }
}

const associated = ({ clientId, secretId }: SecretOwner): Buffer => Buffer.from(`${clientId} ${secretId}`);
