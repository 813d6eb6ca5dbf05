import { randomBytes } from 'node:crypto';
import type { Claims } from './flow.js';

/** What a person has allowed a client, or a client has been given for itself. */
export interface Grant {
  /** All tokens of one authorization share it. */
  readonly requestId: string;
  readonly clientId: string;
  readonly subject: string;
  readonly requestedScopes: readonly string[];
  readonly scopes: readonly string[];
  readonly audience: readonly string[];
  /** Claims of the consent application and of the token hook. */
  readonly accessToken: Claims;
  readonly idToken: Claims;
  readonly person: Person | null;
}

export interface Person {
  readonly authenticatedAt: number;
  readonly requestedAt: number;
  readonly nonce: string | null;
  readonly acr: string;
  readonly amr: readonly string[];
}

export interface Code {
  readonly grant: Grant;
  /** As it was sent with the request, empty where it was not. */
  readonly redirectUri: string;
  readonly expiresAt: number;
  /** A use of the code takes it away, whatever comes of that. */
  challenge: string | null;
  isUsed: boolean;
}

interface RefreshToken {
  readonly grant: Grant;
  /** Seconds since the epoch. */
  readonly expiresAt: number;
  isUsed: boolean;
}

/** Codes and tokens that were issued. */
export class TokenStore {
  readonly codes = new Map<string, Code>();
  readonly refreshTokens = new Map<string, RefreshToken>();
  readonly accessTokens = new Map<string, Grant>();

  addCode(code: Omit<Code, 'isUsed'>): string {
    const text = opaque('ac');
    this.codes.set(text, { ...code, isUsed: false });
    return text;
  }

  addRefreshToken(grant: Grant, expiresAt: number): string {
    const token = opaque('rt');
    this.refreshTokens.set(token, { grant, expiresAt, isUsed: false });
    return token;
  }

  /** Ends every token of an authorization. */
  revoke(requestId: string): void {
    removeWhere(this.accessTokens, (grant) => grant.requestId === requestId);
    for (const token of this.refreshTokens.values())
      if (token.grant.requestId === requestId) token.isUsed = true;
  }

  /** Forgets everything of a client that is gone. */
  removeClient(clientId: string): void {
    this.removeAccessTokens(clientId);
    removeWhere(this.codes, ({ grant }) => grant.clientId === clientId);
    removeWhere(this.refreshTokens, ({ grant }) => grant.clientId === clientId);
  }

  removeAccessTokens(clientId: string): void {
    removeWhere(this.accessTokens, (grant) => grant.clientId === clientId);
  }
}

export const opaque = (kind: 'ac' | 'at' | 'rt'): string =>
  `ory_${kind}_${randomBytes(32).toString('base64url')}.${randomBytes(32).toString('base64url')}`;

function removeWhere<V>(map: Map<string, V>, matches: (value: V) => boolean): void {
  for (const [key, value] of map) if (matches(value)) map.delete(key);
}
