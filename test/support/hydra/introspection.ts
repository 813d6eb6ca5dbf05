import type { ClientStore } from './client-store.js';
import { json, parseForm, type HttpAnswer, type HttpRequest } from './http.js';
import type { TokenStore } from './token-store.js';

/** `/admin/oauth2/introspect`: whether a token is of any use (RFC 7662). */
export function introspect(tokens: TokenStore, clients: ClientStore, { body }: HttpRequest): HttpAnswer {
  const token = parseForm(body).get('token') ?? '';
  const refresh = tokens.refreshTokens.get(token);
  const grant = refresh ? refresh.grant : tokens.accessTokens.get(token);
  if (!grant || refresh?.isUsed || !clients.clients.has(grant.clientId)) return json(200, { active: false });
  return json(200, {
    active: true,
    client_id: grant.clientId,
    sub: grant.subject,
    scope: grant.scopes.join(' '),
    ...(refresh && { exp: refresh.expiresAt }),
    token_type: 'Bearer',
    token_use: refresh ? 'refresh_token' : 'access_token',
  });
}
