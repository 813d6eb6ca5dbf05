import { hkdfSync } from 'node:crypto';
import type { HydraConfig } from '../../config/hydra-config.js';

const ID_BYTES = 8;
const SECRET_BYTES = 32;
const INFO = 'hydra-client-secret/v1';

interface Key {
  readonly id: string;
  readonly bytes: Buffer;
}

/**
 * The secrets that Hydra knows the clients of the token gate by. Nobody stores them and nobody is shown one: they are derived
 * (HKDF-SHA-256, RFC 5869) from a key of SECRETS_KEY, whenever one is needed. Also the injection token for it.
 */
export class InternalSecrets {
  /** The id of the key for clients that come to the gate, which is the newest; null where none are to come. */
  readonly gateKey: string | null;
  private readonly keys: ReadonlyMap<string, Key>;

  constructor(
    { secretsKeys, tokenGate }: Pick<HydraConfig, 'secretsKeys' | 'tokenGate'>,
    private readonly registryId: string,
  ) {
    const named = secretsKeys.map((bytes) => ({ id: idOf(bytes), bytes }));
    this.keys = new Map(named.map((key) => [key.id, key]));
    this.gateKey = (tokenGate && named[0]?.id) || null;
  }

  /** The internal secret of a client. Null where this process does not have the key. */
  secretOf(clientId: string, keyId: string | null): string | null {
    const key = keyId === null ? undefined : this.keys.get(keyId);
    if (!key) return null;
    const info = Buffer.concat([INFO, key.id, clientId].map(withLength));
    return Buffer.from(hkdfSync('sha256', key.bytes, this.registryId, info, SECRET_BYTES)).toString(
      'base64url',
    );
  }
}

/** An id by which keys are told apart, and which tells nothing about them. */
const idOf = (key: Buffer): string =>
  Buffer.from(hkdfSync('sha256', key, '', 'secrets-key-id/v1', ID_BYTES)).toString('hex');

/** A text behind its length, so that two different lists of texts never give the same bytes. */
function withLength(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
