import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto';
import { SignJWT, type JSONWebKeySet, type JWTPayload } from 'jose';
import type { ClientMembers } from './client-members.js';
import type { ClientStore } from './client-store.js';
import { secondsOf } from './go-duration.js';
import { epochSeconds } from './flow.js';
import { opaque, type Grant, type TokenStore } from './token-store.js';

const ACCESS_TOKEN_SECONDS = 600;
const ID_TOKEN_SECONDS = 3600;
const REFRESH_TOKEN_SECONDS = 720 * 3600;

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

/** What a token is issued for, as the lifespans of a client have it. */
export type GrantKind = 'authorization_code' | 'client_credentials' | 'implicit' | 'refresh_token';

/** `oauth2.allowed_top_level_claims` of `docker/hydra.yml`. */
export const TOP_LEVEL_CLAIMS: readonly string[] = ['organization_id', 'project_id'];

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
  async accessToken(grant: Grant, kind: GrantKind): Promise<{ token: string; expiresIn: number }> {
    const lifespan = this.membersOf(grant)?.[`${kind}_grant_access_token_lifespan`];
    const seconds = lifespan ? secondsOf(lifespan) : ACCESS_TOKEN_SECONDS;
    const token = this.isOpaque(grant) ? opaque('at') : await this.accessJwt(grant, seconds);
    this.tokens.accessTokens.set(token, grant);
    return { token, expiresIn: seconds - 1 };
  }

  refreshToken(grant: Grant, kind: Exclude<GrantKind, 'client_credentials' | 'implicit'>): string {
    const lifespan = this.membersOf(grant)?.[`${kind}_grant_refresh_token_lifespan`];
    const seconds = lifespan ? secondsOf(lifespan) : REFRESH_TOKEN_SECONDS;
    return this.tokens.addRefreshToken(grant, epochSeconds() + seconds);
  }

  idToken(
    grant: Grant,
    accessToken: string | null,
    kind: Exclude<GrantKind, 'client_credentials'>,
  ): Promise<string> {
    const now = epochSeconds();
    const lifespan = this.membersOf(grant)?.[`${kind}_grant_id_token_lifespan`];
    const seconds = lifespan ? secondsOf(lifespan) : ID_TOKEN_SECONDS;
    const hash = accessToken === null ? {} : { at_hash: leftHalf(accessToken) };
    const claims = { ...this.identityClaims(grant), ...hash, iat: now, exp: now + seconds };
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

  private accessJwt(
    { clientId, subject, scopes, audience, accessToken }: Grant,
    seconds: number,
  ): Promise<string> {
    const now = epochSeconds();
    const topLevel = Object.entries(accessToken).filter(([name]) => TOP_LEVEL_CLAIMS.includes(name));
    const claims = {
      ...Object.fromEntries(topLevel),
      aud: [...audience],
      client_id: clientId,
      scp: [...scopes],
      sub: subject,
    };
    const times = { iat: now, nbf: now, exp: now + seconds };
    const payload = { ...claims, ...times, iss: this.issuer(), jti: randomUUID(), ext: accessToken };
    return this.sign(payload, keysOfProcess().access);
  }

  private isOpaque(grant: Grant): boolean {
    return this.membersOf(grant)?.access_token_strategy === 'opaque';
  }

  private membersOf({ clientId }: Grant): ClientMembers | undefined {
    return this.clients.clients.get(clientId)?.members;
  }

  private sign(payload: JWTPayload, { kid, pair }: Key): Promise<string> {
    return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid, typ: 'JWT' }).sign(pair.privateKey);
  }
}

/** OpenID Connect Core, section 3.1.3.6. */
const leftHalf = (token: string): string =>
  createHash('sha256').update(token).digest().subarray(0, 16).toString('base64url');
