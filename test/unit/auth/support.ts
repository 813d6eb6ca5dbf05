import { findSigningKey, inspectToken } from '../../../src/auth/access-token-verifier.js';
import type { Actor } from '../../../src/auth/actor.js';
import { FixedKeySet } from '../../../src/auth/key-set.js';
import type { IssuerKind } from '../../../src/auth/token-claims.js';
import { InvalidToken, type InvalidTokenReason } from '../../../src/auth/invalid-token.js';
import { AUDIENCE, SigningKey, TestIssuer } from '../../support/tokens.js';

/** The moment at which the tests of this folder take place. */
export const NOW = 1_800_000_000;
const now = (): number => NOW;

export const hydra = new TestIssuer('https://hydra.test/', { now });
export const kratos = new TestIssuer('http://kratos.test', { algorithm: 'ES256', now });
export const embedded = new TestIssuer('http://localhost:3000/oauth2', { type: 'at+jwt', now });
export const stranger = SigningKey.named('a key nobody trusts');

const trusted = new Map(
  [
    { kind: 'hydra' as const, from: hydra },
    { kind: 'kratos' as const, from: kratos },
    { kind: 'hydra' as const, from: embedded },
  ].map(({ kind, from }): [string, TrustedTestIssuer] => [
    from.issuer,
    { kind, issuer: from.issuer, keys: new FixedKeySet(from.jwks()) },
  ]),
);

interface TrustedTestIssuer {
  kind: IssuerKind;
  issuer: string;
  keys: FixedKeySet;
}

/** Verifies as the service does, without a network and at NOW. */
export function verify(token: string, at = NOW): Actor {
  const rules = { findIssuer: (iss: string) => trusted.get(iss), audience: AUDIENCE, now: at };
  const unverified = inspectToken(token, rules);
  findSigningKey(unverified, unverified.issuer.keys.find(unverified.header.kid));
  return unverified.claims.actor;
}

/** Why a token is refused, or `accepted`. Any other error is a fault and goes on. */
export function outcomeOf(token: string, at = NOW): InvalidTokenReason | 'accepted' {
  try {
    verify(token, at);
    return 'accepted';
  } catch (error) {
    if (error instanceof InvalidToken) return error.reason;
    throw error;
  }
}

export const PERSON = { sub: '6f1b6a2e-3c8e-4b86-9a37-0d1f7f0a8a11', clientId: 'dashboard', scopes: ['a'] };

/** The header and claims of a good Hydra token, to be broken by hand. */
export const goodHeader = (): Record<string, unknown> => hydra.header();
export const goodClaims = (): Record<string, unknown> => ({
  ...hydra.commonClaims(),
  sub: PERSON.sub,
  client_id: PERSON.clientId,
  scp: PERSON.scopes,
});

/** Signs a header and claims with Hydra's trusted key, members laid over the good ones. */
export const signedWith = (
  header: Record<string, unknown>,
  claims: Record<string, unknown> = {},
  key = hydra.key,
): string =>
  key.signRaw(JSON.stringify({ ...goodHeader(), ...header }), JSON.stringify({ ...goodClaims(), ...claims }));

export const base64url = (value: string | Buffer): string => Buffer.from(value).toString('base64url');
