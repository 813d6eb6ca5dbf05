import { parseCompactToken, type CompactToken } from './compact-token.js';
import { readTokenClaims, type IssuerKind, type TokenClaims } from './token-claims.js';
import { readTokenHeader, type TokenHeader } from './token-header.js';
import { InvalidToken } from './invalid-token.js';
import { isSignedWith, type VerificationKey } from './verification-key.js';

/** An issuer, as far as judging its tokens goes. */
export interface IssuerProfile {
  readonly kind: IssuerKind;
  readonly issuer: string;
}

export interface TokenRules<Issuer extends IssuerProfile> {
  /** The trusted issuer with exactly this `iss`. */
  readonly findIssuer: (iss: string) => Issuer | undefined;
  /** What `aud` must name. */
  readonly audience: string;
  /** Seconds since the epoch. */
  readonly now: number;
}

/** A token that is right in everything but its signature, which is still to be checked. Trust nothing of it until then. */
export interface UnverifiedToken<Issuer extends IssuerProfile> {
  readonly issuer: Issuer;
  readonly header: TokenHeader;
  readonly claims: TokenClaims;
  readonly compact: CompactToken;
}

/**
 * Checks a token against RFC 7515, 7519, 8725 and 9068 and against the profile of its issuer. This comes before the
 * signature, so that a token which no key could save costs neither a signature check nor a search for keys.
 *
 * @throws InvalidToken when the token breaks any of them
 */
export function inspectToken<Issuer extends IssuerProfile>(
  token: string,
  { findIssuer, audience, now }: TokenRules<Issuer>,
): UnverifiedToken<Issuer> {
  const compact = parseCompactToken(token);
  const header = readTokenHeader(compact.header);
  const iss = compact.payload['iss'];
  const issuer = typeof iss === 'string' ? findIssuer(iss) : undefined;
  if (issuer === undefined) throw new InvalidToken('issuer');
  const { isTypedAccessToken } = header;
  const rules = { kind: issuer.kind, issuer: issuer.issuer, audience, now, isTypedAccessToken };
  return { issuer, header, compact, claims: readTokenClaims(compact.payload, rules) };
}

/**
 * The one of these keys that signed the token.
 *
 * @param keys the keys of the token's issuer with the token's `kid`. More than one only when the issuer gave several
 * the same id; each is bound to its own algorithm and as trusted as the others, so each is tried.
 * @throws InvalidToken when none of them did
 */
export function findSigningKey(
  { header, compact }: UnverifiedToken<IssuerProfile>,
  keys: readonly VerificationKey[],
): VerificationKey {
  if (keys.length === 0) throw new InvalidToken('unknown_key');
  const fitting = keys.filter((key) => key.algorithm === header.algorithm);
  if (fitting.length === 0) throw new InvalidToken('algorithm');
  const signingKey = fitting.find((key) => isSignedWith(compact, key));
  if (signingKey === undefined) throw new InvalidToken('signature');
  return signingKey;
}
