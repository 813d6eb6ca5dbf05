import type { SecretOwner } from '../../authorization-server/authorization-server.js';
import { openWithAny, Seal } from '../../lib/seal.js';

/**
 * The first byte of a sealed secret says how its key comes from the configured one: 1 is that key itself, which nothing
 * is sealed with any more; 2 is a key derived from it.
 */
const [PLAIN_KEY, SUBKEY] = [1, 2];

/**
 * Keeps a new secret encrypted until Hydra has it, behind a byte that says with which kind of key. The owner is authenticated with
 * it, so a sealed secret copied to another row does not open there.
 */
export class SecretSeal {
  private readonly own: Seal;

  /** @param keys the newest first, which seals; each opens */
  constructor(private readonly keys: readonly Buffer[]) {
    this.own = new Seal(keys, 'client-secret-seal/v1');
  }

  seal(secret: string, owner: SecretOwner): Buffer {
    return Buffer.concat([Buffer.of(SUBKEY), this.own.seal(secret, associated(owner))]);
  }

  /** Null when it was sealed with none of the keys or for another owner, or was damaged. */
  open(sealed: Buffer, owner: SecretOwner): string | null {
    const [kind, text] = [sealed[0], sealed.subarray(1)];
    if (kind === SUBKEY) return this.own.open(text, associated(owner));
    return kind === PLAIN_KEY ? openWithAny(this.keys, text, associated(owner)) : null;
  }
}

const associated = ({ clientId, secretId }: SecretOwner): Buffer => Buffer.from(`${clientId} ${secretId}`);
