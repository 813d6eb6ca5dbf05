import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto';
import { SignJWT, type JSONWebKeySet, type JWTPayload } from 'jose';
import type { ClientStore } from './client-store.js';
import { epochSeconds } from './flow.js';
import { opaque, type Grant, type TokenStore } from './token-store.js';

const ACCESS_TOKEN_SECONDS = 600;
const ID_TOKEN_SECONDS = 3600;

interface Key {
  readonly kid: string;
  readonly pair: ReturnType<typeof makePair>;
}

const makePair = () => generateKeyPairSync('rsa', { modulusLength: 2048 });

/** Making RSA keys is slow, so a process makes these two once. */
let keys: { readonly access: Key; readonly id: Key } | undefined;

const keysOfProcess = () =>
  (keys ??= {
    access: { kid: randomUUID(), pair: makePair() },
    id: { kid: randomUUID(), pair: makePair() },
  });

/** Makes the tokens; Hydra has one key for access tokens and another one for ID tokens, and publishes both. */
export class Signer {
  constructor(
    private readonly issuer: () => string,
    private readonly tokens: TokenStore,
    private readonly clients: ClientStore,
  ) {}

  jwks(): JSONWebKeySet {
    const publicHalf = ({ kid, pair }: Key) => ({
      ...pair.publicKey.export({ format: 'jwk' }),
      use: 'sig',
      alg: 'RS256',
      kid,
    });
    return { keys: [publicHalf(keysOfProcess().id), publicHalf(keysOfProcess().access)] };
  }

  /** An access token, remembered, with how long it lives. */
  async accessToken(grant: Grant): Promise<{ token: string; expiresIn: number }> {
    const token = this.isOpaque(grant) ? opaque('at') : await this.accessJwt(grant);
    this.tokens.accessTokens.set(token, grant);
    return { token, expiresIn: ACCESS_TOKEN_SECONDS - 1 };
  }

  idToken(grant: Grant, accessToken: string | null): Promise<string> {
    const now = epochSeconds();
    const hash = accessToken === null ? {} : { at_hash: leftHalf(accessToken) };
    const claims = { ...this.identityClaims(grant), ...hash, iat: now, exp: now + ID_TOKEN_SECONDS };
    return this.sign({ ...claims, jti: randomUUID() }, keysOfProcess().id);
  }

  /** What an ID token and the userinfo endpoint say about the person. */
  identityClaims({ clientId, subject, idToken, person }: Grant): JWTPayload {
    return {
      ...idToken,
      iss: this.issuer(),
      sub: subject,
      aud: [clientId],
      ...(person && { auth_time: person.authenticatedAt, rat: person.requestedAt }),
      ...(person?.nonce && { nonce: person.nonce }),
      ...(person?.acr && { acr: person.acr }),
      ...(person && person.amr.length > 0 && { amr: [...person.amr] }),
    };
  }

  private accessJwt({ clientId, subject, scopes, audience, accessToken }: Grant): Promise<string> {
    const now = epochSeconds();
    const claims = { aud: [...audience], client_id: clientId, scp: [...scopes], sub: subject };
    const times = { iat: now, nbf: now, exp: now + ACCESS_TOKEN_SECONDS };
    const payload = { ...claims, ...times, iss: this.issuer(), jti: randomUUID(), ext: accessToken };
    return this.sign(payload, keysOfProcess().access);
  }

  private isOpaque({ clientId }: Grant): boolean {
    return this.clients.clients.get(clientId)?.members.access_token_strategy === 'opaque';
  }

  private sign(payload: JWTPayload, { kid, pair }: Key): Promise<string> {
    return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' }).sign(pair.privateKey);
  }
}

/** OpenID Connect Core, section 3.1.3.6. */
const leftHalf = (token: string): string =>
  createHash('sha256').update(token).digest().subarray(0, 16).toString('base64url');
