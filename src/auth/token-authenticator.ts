import { findSigningKey, inspectToken, type UnverifiedToken } from './access-token-verifier.js';
import type { Actor } from './actor.js';
import { bearerToken, type BearerRequest } from './bearer-token.js';
import { RememberedTokens } from './remembered-tokens.js';
import type { TrustedIssuer, TrustedIssuers } from './trusted-issuers.js';
import type { VerificationKey } from './verification-key.js';

export interface TokenAuthenticatorOptions {
  readonly audience: string;
  /** Milliseconds since the epoch. */
  readonly clock?: () => number;
  readonly remembered?: RememberedTokens;
}

/** Turns the text of a bearer token into the actor it speaks for. */
export class TokenAuthenticator {
  private readonly audience: string;
  private readonly clock: () => number;
  private readonly remembered: RememberedTokens;

  constructor(
    private readonly issuers: TrustedIssuers,
    { audience, clock = Date.now, remembered = new RememberedTokens() }: TokenAuthenticatorOptions,
  ) {
    this.audience = audience;
    this.clock = clock;
    this.remembered = remembered;
  }

  /**
   * Answers at once, but for a token whose key has to be fetched first.
   *
   * @throws InvalidToken (or rejects with it) when the token does not prove who calls
   * @throws Problem 503 (or rejects with it) while the keys of the token's issuer are out of reach
   */
  authenticate(token: string): Actor | Promise<Actor> {
    const now = this.clock() / 1000;
    const digest = RememberedTokens.digest(token);
    return this.remembered.find(digest, now) ?? this.verify(token, digest, now);
  }

  /** The actor of a request whose token was verified before and is still good; undefined for every other request. */
  recall(request: BearerRequest): Actor | undefined {
    const token = wellFormedToken(request);
    return token === null
      ? undefined
      : this.remembered.find(RememberedTokens.digest(token), this.clock() / 1000);
  }

  private verify(token: string, digest: string, now: number): Actor | Promise<Actor> {
    const findIssuer = (iss: string): TrustedIssuer | undefined => this.issuers.find(iss);
    const unverified = inspectToken(token, { findIssuer, audience: this.audience, now });
    const keys = unverified.issuer.keys.find(unverified.header.kid);
    return keys instanceof Promise
      ? keys.then((found) => this.conclude(unverified, found, digest))
      : this.conclude(unverified, keys, digest);
  }

  private conclude(
    unverified: UnverifiedToken<TrustedIssuer>,
    keys: readonly VerificationKey[],
    digest: string,
  ): Actor {
    const key = findSigningKey(unverified, keys);
    const { issuer, claims } = unverified;
    this.remembered.remember(digest, { ...claims, key, keys: issuer.keys });
    return claims.actor;
  }
}

/** The token of a request; null without one, and for a malformed header: `JwtStrategy` reads that again and refuses it. */
function wellFormedToken(request: BearerRequest): string | null {
  try {
    return bearerToken(request);
  } catch {
    return null;
  }
}
