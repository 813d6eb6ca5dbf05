import { createHash, randomUUID } from 'node:crypto';
import { assertAudience, assertNonce, assertScopes, isPublic, orDefault } from './authorize-request.js';
import type { StoredClient } from './client-store.js';
import { oauthError } from './oauth-error.js';
import type { Code, Grant, TokenStore } from './token-store.js';

/** A grant of the token endpoint: what it proves at first, and what is left to do behind the token hook. */
export interface ProvenGrant {
  readonly grant: Grant;
  /** Claims that win over those of the hook. */
  readonly fixed: Pick<Grant, 'accessToken' | 'idToken'> | null;
  readonly refreshes: boolean;
  /** @throws when somebody else was faster, or the client may not use this grant at all */
  complete(): void;
}

export type GrantHandler = (client: StoredClient, form: URLSearchParams, tokens: TokenStore) => ProvenGrant;

/** By `grant_type`. */
export const GRANTS: ReadonlyMap<string, GrantHandler> = new Map<string, GrantHandler>([
  ['authorization_code', redeemCode],
  ['refresh_token', refresh],
  ['client_credentials', actForItself],
]);

const REFRESH_SCOPES = ['offline', 'offline_access'];

function redeemCode(client: StoredClient, form: URLSearchParams, tokens: TokenStore): ProvenGrant {
  assertGrantType(client, 'authorization_code');
  const code = tokens.codes.get(form.get('code') ?? '');
  if (!code || code.expiresAt < Date.now()) throw oauthError('invalid_grant', 'The code is not valid.');
  if (code.isUsed) {
    tokens.revoke(code.grant.requestId);
    throw oauthError('invalid_grant', 'The code was used already.');
  }
  const { grant, redirectUri } = code;
  if (grant.clientId !== client.members.client_id)
    throw oauthError('invalid_grant', 'The code belongs to another client.');
  if (redirectUri !== '' && redirectUri !== form.get('redirect_uri'))
    throw oauthError('invalid_grant', 'The redirect_uri differs.');
  assertVerifier(client, code, form.get('code_verifier') ?? '');
  assertNonce(grant.person?.nonce ?? null);
  return {
    grant,
    fixed: grant,
    refreshes: mayRefresh(client) && isRefreshable(grant),
    complete: () => {
      if (code.isUsed) throw oauthError('server_error', 'The code was used meanwhile.');
      code.isUsed = true;
    },
  };
}

/** RFC 7636. Hydra forgets the challenge at the first use of the code, whether that succeeds or not. */
function assertVerifier(client: StoredClient, code: Code, verifier: string): void {
  const { challenge } = code;
  code.challenge = null;
  if (challenge === null && verifier !== '')
    throw oauthError('invalid_grant', 'There was no code_challenge.');
  if (challenge === null && isPublic(client))
    throw oauthError('invalid_request', 'A public client must send a code_challenge.');
  if (challenge === null) return;
  const isWellFormed = /^[\w.~-]{43,128}$/.test(verifier);
  if (!isWellFormed || createHash('sha256').update(verifier).digest('base64url') !== challenge)
    throw oauthError('invalid_grant', 'The code_verifier does not match.');
}

function refresh(client: StoredClient, form: URLSearchParams, tokens: TokenStore): ProvenGrant {
  assertGrantType(client, 'refresh_token');
  const token = tokens.refreshTokens.get(form.get('refresh_token') ?? '');
  if (!token) throw oauthError('invalid_grant', 'The refresh token is not valid.');
  const { grant } = token;
  if (token.isUsed) {
    tokens.revoke(grant.requestId);
    throw oauthError('invalid_grant', 'The refresh token was used already.');
  }
  if (!isRefreshable(grant)) throw oauthError('scope_not_granted', 'Refreshing was not allowed.');
  if (grant.clientId !== client.members.client_id)
    throw oauthError('invalid_grant', 'The refresh token belongs to another client.');
  assertScopes(client, grant.scopes);
  assertAudience(client, grant.audience);
  return {
    grant,
    fixed: null,
    refreshes: true,
    complete: () => {
      if (token.isUsed) throw oauthError('invalid_request', 'The refresh token was used meanwhile.');
      token.isUsed = true;
    },
  };
}

function actForItself(client: StoredClient, form: URLSearchParams): ProvenGrant {
  const scopes = (form.get('scope') ?? '').split(' ').filter(Boolean);
  const audience = (form.get('audience') ?? '').split(' ').filter(Boolean);
  assertScopes(client, scopes);
  assertAudience(client, audience);
  if (isPublic(client)) throw oauthError('invalid_grant', 'A public client cannot act for itself.');
  const id = client.members.client_id;
  const grant = {
    requestId: randomUUID(),
    clientId: id,
    subject: id,
    requestedScopes: scopes,
    scopes,
    audience,
    accessToken: {},
    idToken: {},
    person: null,
  };
  // Hydra asks the hook before it looks whether the client has this grant.
  return {
    grant,
    fixed: null,
    refreshes: false,
    complete: () => assertGrantType(client, 'client_credentials'),
  };
}

function assertGrantType(client: StoredClient, grantType: string): void {
  if (!grantTypesOf(client).includes(grantType))
    throw oauthError('unauthorized_client', `The client may not use ${grantType}.`);
}

const grantTypesOf = ({ members }: StoredClient) => orDefault(members.grant_types, 'authorization_code');

const mayRefresh = (client: StoredClient): boolean => grantTypesOf(client).includes('refresh_token');

const isRefreshable = ({ scopes }: Grant): boolean => scopes.some((scope) => REFRESH_SCOPES.includes(scope));
