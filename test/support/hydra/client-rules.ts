import type { ClientMembers } from './client-members.js';
import { parseRequestUri } from './go-url.js';
import { invalidMetadata, invalidRedirectUri } from './hydra-error.js';

/** The scope of a client that is sent without one. */
export const DEFAULT_SCOPE = 'offline_access offline openid';

/** Hydra's rules about a client, in its order: the first violation is the answer. @returns it with defaults in place */
export function validated(client: ClientMembers): ClientMembers {
  for (const check of CHECKS) check(client);
  return {
    ...client,
    token_endpoint_auth_method: client.token_endpoint_auth_method || 'client_secret_basic',
    scope: client.scope || DEFAULT_SCOPE,
    allowed_cors_origins: client.allowed_cors_origins?.map((origin) => origin.replace(/\/+$/, '')) ?? null,
    userinfo_signed_response_alg: client.userinfo_signed_response_alg || 'none',
    subject_type: client.subject_type || 'public',
    access_token_strategy: client.access_token_strategy.toLowerCase(),
  };
}

type Check = (client: ClientMembers) => void;

const CHECKS: readonly Check[] = [
  keys,
  pages,
  secret,
  corsOrigins,
  userinfo,
  redirect_uris,
  subjectType,
  logout,
  strategy,
];

function keys({ token_endpoint_auth_method: method, jwks, jwks_uri: uri }: ClientMembers): void {
  if (method === 'private_key_jwt' && uri === '' && !jwks.keys) {
    throw invalidMetadata(
      "When token_endpoint_auth_method is 'private_key_jwt', either jwks or jwks_uri must be set.",
    );
  }
  if (uri !== '' && jwks.keys)
    throw invalidMetadata('Fields jwks and jwks_uri can not both be set, you must choose one.');
}

function pages(client: ClientMembers): void {
  for (const name of ['tos_uri', 'policy_uri', 'logo_uri', 'client_uri'] as const) {
    const uri = client[name];
    const parsed = parseRequestUri(uri);
    if (uri === '') continue;
    if (!parsed) throw invalidMetadata(`Field ${name} must be a valid URI.`);
    if (!isHttp(parsed.scheme))
      throw invalidMetadata(`${uri} must use https:// or http:// as HTTP scheme for field ${name}.`);
  }
}

function secret({ client_secret: text }: ClientMembers): void {
  if (text === '' || Buffer.byteLength(text) >= 6) return;
  throw invalidMetadata('Field client_secret must contain a secret that is at least 6 characters long.');
}

function corsOrigins({ allowed_cors_origins: origins }: ClientMembers): void {
  for (const origin of origins ?? []) {
    const { scheme, user, path, query } = parseRequestUri(origin) ?? {
      scheme: '',
      user: '',
      path: '',
      query: '',
    };
    if (!isHttp(scheme))
      throw invalidMetadata(`Origin URL ${origin} must use https:// or http:// as HTTP scheme.`);
    if (user !== '')
      throw invalidMetadata(`Origin URL ${origin} has HTTP user and/or password set which is not allowed.`);
    if (path.replace(/\/+$/, '') !== '' || query !== '') {
      throw invalidMetadata(
        `Origin URL ${origin} must have an empty path, query, and fragment but one of the parts is not empty.`,
      );
    }
  }
}

function userinfo({ userinfo_signed_response_alg: algorithm }: ClientMembers): void {
  if (['', 'none', 'RS256'].includes(algorithm)) return;
  throw invalidMetadata("Field userinfo_signed_response_alg can either be 'none' or 'RS256'.");
}

function redirect_uris({ redirect_uris: uris }: ClientMembers): void {
  for (const uri of uris ?? []) {
    if (uri.includes('#')) throw invalidRedirectUri('Redirect URIs must not contain fragments (#).');
    if (!parseRequestUri(uri)) throw invalidRedirectUri(`Unable to parse redirect URL: ${uri}`);
  }
}

function subjectType({ subject_type: type }: ClientMembers): void {
  if (type === '' || type === 'public') return;
  throw invalidMetadata(`Subject type ${type} is not supported by server, only [public] are allowed.`);
}

function logout({ post_logout_redirect_uris: uris, redirect_uris: redirects }: ClientMembers): void {
  const origins = new Set((redirects ?? []).map(originOf));
  for (const uri of uris ?? []) {
    if (!parseRequestUri(uri)) throw invalidMetadata(`Unable to parse post_logout_redirect_uri: ${uri}`);
    if (origins.has(originOf(uri))) continue;
    throw invalidMetadata(
      `post_logout_redirect_uri '${uri}' must match the domain, port, scheme of at least one of the registered ` +
        'redirect URIs but did not',
    );
  }
}

function strategy({ access_token_strategy: name }: ClientMembers): void {
  if (['', 'jwt', 'opaque'].includes(name.toLowerCase())) return;
  throw invalidMetadata(`invalid access token strategy: expected one of [jwt, opaque] but got ${name}`);
}

const isHttp = (scheme: string): boolean => scheme === 'https' || scheme === 'http';

function originOf(uri: string): string {
  const { scheme, hostname, port } = parseRequestUri(uri) ?? { scheme: '', hostname: '', port: '' };
  return `${scheme} ${hostname} ${port}`;
}
