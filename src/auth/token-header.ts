import type { JsonObject } from '../lib/json.js';
import { InvalidToken } from './invalid-token.js';
import { isAlgorithm, isKeyId, type Algorithm } from './verification-key.js';

/** What a token's header says, once it says nothing it may not. */
export interface TokenHeader {
  readonly algorithm: Algorithm;
  readonly kid: string;
  /** `typ` names an RFC 9068 access token, not just some JWT. */
  readonly isTypedAccessToken: boolean;
}

/**
 * No extension is understood here, so `crit` and `b64` end it (RFC 7515, section 4.1.11; RFC 7797, section 6). Keys come
 * from the issuer's own set and from nowhere else: a token that brings or links one is an attack (RFC 8725, section 3.10).
 */
const REFUSED_MEMBERS = ['crit', 'b64', 'jwk', 'jku', 'x5u', 'x5c'];

/** Hydra and Kratos sign `JWT`, the embedded server `at+jwt`; every other kind of token is another kind (RFC 8725, section 3.11). */
const TYPES: ReadonlySet<string> = new Set(['jwt', 'application/jwt', 'at+jwt', 'application/at+jwt']);

/** @throws InvalidToken for a header that a strict reader of RFC 7515 and RFC 8725 refuses */
export function readTokenHeader(header: JsonObject): TokenHeader {
  if (REFUSED_MEMBERS.some((name) => Object.hasOwn(header, name))) throw new InvalidToken('header_member');
  const { alg, kid, typ } = header;
  if (!isAlgorithm(alg)) throw new InvalidToken('algorithm');
  if (!isKeyId(kid)) throw new InvalidToken('key_id');
  const type = typeof typ === 'string' ? typ.toLowerCase() : '';
  if (!TYPES.has(type)) throw new InvalidToken('type');
  return { algorithm: alg, kid, isTypedAccessToken: type.endsWith('at+jwt') };
}
