import type { JsonObject } from '../lib/json.js';
import { parseJsonObject } from './strict-json.js';
import { InvalidToken } from './invalid-token.js';

/** A compact JWS taken apart (RFC 7515, section 7.1). Nothing in it is verified yet. */
export interface CompactToken {
  readonly header: JsonObject;
  readonly payload: JsonObject;
  /** The bytes the signature is over. */
  readonly signingInput: Buffer;
  readonly signature: Buffer;
}

/** Ten times what the trusted issuers sign; what is longer is not worth the work of reading it. */
const MAX_TOKEN_LENGTH = 8192;
const COMPACT_JWS = /^([\w-]+)\.([\w-]+)\.([\w-]+)$/;

/**
 * Exactly three non-empty, canonical base64url parts (unsigned tokens, JWE and JSON serialisations are none), at most
 * 8,192 characters, header and payload strict JSON objects.
 *
 * @throws InvalidToken otherwise
 */
export function parseCompactToken(token: string): CompactToken {
  const parts = token.length <= MAX_TOKEN_LENGTH ? COMPACT_JWS.exec(token) : null;
  const [, header, payload, signature] = parts ?? [];
  if (!header || !payload || !signature) throw new InvalidToken('not_a_compact_jws');
  return {
    header: parseJsonObject(decode(header)),
    payload: parseJsonObject(decode(payload)),
    signingInput: Buffer.from(token.slice(0, token.lastIndexOf('.')), 'latin1'),
    signature: decode(signature),
  };
}

/** Unused bits that are not zero would give one token several spellings (RFC 4648, section 3.5). */
function decode(part: string): Buffer {
  const bytes = Buffer.from(part, 'base64url');
  if (bytes.toString('base64url') !== part) throw new InvalidToken('not_canonical_base64url');
  return bytes;
}
