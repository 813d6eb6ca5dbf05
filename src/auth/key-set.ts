import type { JSONWebKeySet } from 'jose';
import { isObject, parseJson } from '../lib/json.js';
import { KeySetError } from './key-source.js';
import { toVerificationKey, type VerificationKey } from './verification-key.js';

/** The verification keys of one issuer. */
export interface KeySet {
  /**
   * The keys with this id, none when the issuer has no such key. A promise only when the issuer has to be asked.
   *
   * @throws Problem 503 (or rejects with it) while the issuer's keys are out of reach
   */
  find(kid: string): readonly VerificationKey[] | Promise<readonly VerificationKey[]>;
  /** Whether this very key is in the set and may be used now. */
  has(key: VerificationKey): boolean;
  state(): KeySetState;
}

/** For health and metrics. */
export interface KeySetState {
  /** Whether tokens of the issuer can be checked. */
  readonly ready: boolean;
  /** Since the keys were last loaded with success; null before that. */
  readonly ageSeconds: number | null;
  /** What went wrong the last time, null after a success. Safe to show. */
  readonly lastError: string | null;
  /** Failed loads since the start. */
  readonly failures: number;
}

/**
 * The usable keys of a JSON Web Key Set (RFC 7517); the others are left out, as section 5 asks.
 *
 * @throws KeySetError when the text is no such set, or has no usable key
 */
export function parseKeySet(text: string): VerificationKey[] {
  const set = parseJson(text);
  if (set === undefined) throw new KeySetError('what came is not JSON');
  if (!isObject(set) || !Array.isArray(set['keys'])) throw new KeySetError('what came is not a key set');
  const keys = set['keys'].map(toVerificationKey).filter((key) => key !== null);
  if (keys.length === 0) throw new KeySetError('the key set has no usable key');
  return keys;
}

/** Keys that are known from the start and stay: those of an issuer in this process. */
export class FixedKeySet implements KeySet {
  private readonly keys: readonly VerificationKey[];

  /** @throws KeySetError without a usable key; private keys are none */
  constructor(keys: JSONWebKeySet) {
    this.keys = parseKeySet(JSON.stringify(keys));
  }

  find(kid: string): readonly VerificationKey[] {
    return this.keys.filter((key) => key.kid === kid);
  }

  has(key: VerificationKey): boolean {
    return this.keys.includes(key);
  }

  state(): KeySetState {
    return { ready: true, ageSeconds: 0, lastError: null, failures: 0 };
  }
}
