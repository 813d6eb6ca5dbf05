import type { AuthorizeEndpoint } from './authorize-endpoint.js';
import { authenticateClient } from './client-authentication.js';
import type { ClientStore } from './client-store.js';
import { epochSeconds } from './flow.js';
import { html, json, refusal, parseForm, type HttpAnswer, type HttpRequest } from './http.js';
import { HydraError } from './hydra-error.js';
import type { Logout } from './logout.js';
import { oauthError } from './oauth-error.js';
import type { Routes } from './routes.js';
import type { Signer } from './signer.js';
import type { TokenEndpoint } from './token-endpoint.js';
import type { TokenStore } from './token-store.js';

export interface PublicParts {
  readonly issuer: () => string;
  readonly clients: ClientStore;
  readonly tokens: TokenStore;
  readonly signer: Signer;
  readonly authorize: AuthorizeEndpoint;
  readonly token: TokenEndpoint;
  readonly logout: Logout;
}

/** What Hydra serves to browsers and clients. */
export function publicRoutes(parts: PublicParts): Routes {
  const { authorize, issuer, signer, token } = parts;
  return {
    'GET /.well-known/openid-configuration': () => json(200, discovery(issuer())),
    'GET /.well-known/jwks.json': () => json(200, signer.jwks()),
    'GET /oauth2/auth': (request) => authorize.answer(request),
    'POST /oauth2/auth': (request) => authorize.answer(request),
    'POST /oauth2/token': async (request) => readableBy(parts, request, await token.answer(request)),
    'POST /oauth2/revoke': (request) => revoke(parts, request),
    'GET /oauth2/sessions/logout': (request) => signOut(parts, request),
    'GET /userinfo': (request) => userinfo(parts, request),
    'POST /userinfo': (request) => userinfo(parts, request),
    'GET /oauth2/fallbacks/error': ({ query }) =>
      html(500, fallbackPage('An OAuth 2.0 Error Occurred', query)),
    'GET /oauth2/fallbacks/logout/callback': ({ query }) =>
      html(200, fallbackPage('You logged out successfully!', query)),
    'GET /health/alive': () => json(200, { status: 'ok' }),
    'GET /health/ready': () => json(200, { status: 'ok' }),
  };
}

const discovery = (issuer: string) => ({
  issuer,
  authorization_endpoint: `${issuer}oauth2/auth`,
  token_endpoint: `${issuer}oauth2/token`,
  jwks_uri: `${issuer}.well-known/jwks.json`,
  userinfo_endpoint: `${issuer}userinfo`,
  revocation_endpoint: `${issuer}oauth2/revoke`,
  end_session_endpoint: `${issuer}oauth2/sessions/logout`,
  subject_types_supported: ['public'],
  response_types_supported: [
    'code',
    'code id_token',
    'id_token',
    'token id_token',
    'token',
    'token id_token code',
  ],
  response_modes_supported: ['query', 'fragment', 'form_post'],
  grant_types_supported: ['authorization_code', 'implicit', 'client_credentials', 'refresh_token'],
  token_endpoint_auth_methods_supported: [
    'client_secret_post',
    'client_secret_basic',
    'private_key_jwt',
    'none',
  ],
  id_token_signing_alg_values_supported: ['RS256'],
  code_challenge_methods_supported: ['plain', 'S256'],
  scopes_supported: ['offline_access', 'offline', 'openid'],
  claims_supported: ['sub'],
});

function userinfo({ tokens, signer, clients }: PublicParts, { headers }: HttpRequest): HttpAnswer {
  const token = /^Bearer (.*)$/i.exec(headers.authorization ?? '')?.[1] ?? '';
  const grant = tokens.accessTokens.get(token);
  if (!grant || !clients.clients.has(grant.clientId)) return unauthorized();
  const { nonce: _, sid: __, ...claims } = signer.identityClaims(grant);
  return json(200, { ...claims, iat: epochSeconds() });
}

function unauthorized(): HttpAnswer {
  const error = oauthError('request_unauthorized', 'The token is not valid.');
  const challenge = `Bearer error="${error.error}",error_description="${error.description}"`;
  const answer = refusal(error);
  return { ...answer, headers: { ...answer.headers, 'www-authenticate': challenge } };
}

/** RFC 7009: what is not there is revoked already. */
function revoke({ tokens, clients }: PublicParts, request: HttpRequest): HttpAnswer {
  const form = parseForm(request.body);
  const { client_id: clientId } = authenticateClient(request, form, clients).members;
  const token = form.get('token') ?? '';
  const grant = tokens.refreshTokens.get(token)?.grant ?? tokens.accessTokens.get(token);
  if (grant?.clientId === clientId) tokens.revoke(grant.requestId);
  return { status: 200 };
}

function signOut({ logout, authorize }: PublicParts, request: HttpRequest): HttpAnswer {
  try {
    return logout.answer(request);
  } catch (error) {
    if (error instanceof HydraError) return authorize.errorPage(error);
    throw error;
  }
}

function fallbackPage(title: string, query: URLSearchParams): string {
  const lines = [...query].map(([name, value]) => `<li>${escape(name)}: ${escape(value)}</li>`);
  return `<html><head><title>${title}</title></head><body><h1>${title}</h1><ul>${lines.join('')}</ul></body></html>`;
}

const escape = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** Lets pages of the client's own origins read the answer. Nothing but the name of the client matters, and the origins are globs. */
function readableBy({ clients }: PublicParts, request: HttpRequest, answer: HttpAnswer): HttpAnswer {
  const { origin, authorization } = request.headers;
  if (origin === undefined) return answer;
  const [, basic = ''] = /^Basic (.*)$/i.exec(authorization ?? '') ?? [];
  const [user = ''] = Buffer.from(basic, 'base64').toString().split(':');
  const client = clients.clients.get(user || (parseForm(request.body).get('client_id') ?? ''));
  const isAllowed = (client?.members.allowed_cors_origins ?? []).some((glob) => globOf(glob).test(origin));
  const headers = { ...answer.headers, vary: 'Origin' };
  return { ...answer, headers: isAllowed ? { ...headers, 'access-control-allow-origin': origin } : headers };
}

const globOf = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replaceAll(/[.+^$(){}|\\]/g, String.raw`\$&`).replaceAll('*', '[^.]*')}$`);
