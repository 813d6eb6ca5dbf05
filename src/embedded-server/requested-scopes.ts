import type { Client, KoaContextWithOIDC } from 'oidc-provider';
import { registrationOf } from './client-registration.js';
import { errors } from './oidc-provider.js';

type Oidc = KoaContextWithOIDC['oidc'];

/**
 * The scopes that the client may have. The implicit grant issues ID tokens here, for which `openid` has to be requested;
 * with other grants `openid` is a scope like any other.
 */
export function availableScopes({ params }: Oidc, client: Client): readonly string[] {
  const { scopes } = registrationOf(client);
  const isImplicit = String(params?.['response_type']).includes('id_token');
  return isImplicit && !scopes.includes('openid') ? ['openid', ...scopes] : scopes;
}

/**
 * Puts `offline_access` back into a request to the authorization endpoint. oidc-provider drops it unless the client asks
 * for the consent page with it. OpenID Connect Core, section 11, allows other conditions; being registered for refresh
 * tokens is ours.
 */
export function restoreOfflineAccess({ query, oidc }: KoaContextWithOIDC, client: Client): void {
  const isAsked = String(query['scope']).split(' ').includes('offline_access');
  const isPossible = client.grantTypeAllowed('refresh_token') && oidc.params?.['response_type'] === 'code';
  if (!oidc.params || !isAsked || !isPossible || oidc.requestParamScopes.has('offline_access')) return;
  oidc.params['scope'] = [...oidc.requestParamScopes, 'offline_access'].join(' ');
}

/**
 * Refuses a scope that the client is not registered for (RFC 6749, section 3.3).
 *
 * @throws InvalidScope that names the first one
 */
export function refuseUnregisteredScopes(oidc: Oidc, client: Client): void {
  const available = availableScopes(oidc, client);
  const unregistered = [...oidc.requestParamScopes].find((scope) => !available.includes(scope));
  if (unregistered === undefined) return;
  throw new errors.InvalidScope('the client is not registered for a requested scope', unregistered);
}

/**
 * RFC 6749, section 3.3: an authorization request that names no scope asks for all that are registered. A client that acts for
 * itself gets none then, as with Hydra: what is tried here must work there.
 */
export function defaultToAllScopes(oidc: Oidc, client: Client): void {
  const { route, params } = oidc;
  if (!params || route !== 'authorization') return;
  params['scope'] ??= availableScopes(oidc, client).join(' ') || undefined;
}
