import type { Client, KoaContextWithOIDC } from 'oidc-provider';
import { registrationOf } from './client-registration.js';
import { refuseIfChanged } from './flow-under-way.js';
import { errors } from './oidc-provider.js';

type Oidc = KoaContextWithOIDC['oidc'];

/**
 * RFC 6749, section 3.3: a scope that is not registered is refused; without any, all that are registered are asked for.
 * Returns what the client may have. oidc-provider calls this for the resource of every token, at each endpoint.
 */
export function settleScopes(ctx: KoaContextWithOIDC, client: Client): string {
  const { oidc } = ctx;
  if (oidc.route === 'resume') refuseIfChanged(oidc, client);
  if (oidc.route === 'authorization') restoreOfflineAccess(ctx, client);
  const available = availableScopes(oidc, client);
  const unregistered = [...oidc.requestParamScopes].find((scope) => !available.includes(scope));
  if (unregistered !== undefined) {
    throw new errors.InvalidScope('the client is not registered for a requested scope', unregistered);
  }
  if (startsAGrant(oidc)) oidc.params!['scope'] ??= available.join(' ') || undefined;
  return available.join(' ');
}

/** The implicit grant issues ID tokens here, so that `openid` is what it is about; elsewhere it is a scope like any other. */
function availableScopes({ params }: Oidc, client: Client): readonly string[] {
  const { scopes } = registrationOf(client);
  const isImplicit = String(params?.['response_type']).includes('id_token');
  return isImplicit && !scopes.includes('openid') ? ['openid', ...scopes] : scopes;
}

const startsAGrant = ({ route, params }: Oidc): boolean =>
  route === 'authorization' || params?.['grant_type'] === 'client_credentials';

/**
 * oidc-provider drops `offline_access` unless the client asks for the consent page with it. OpenID Connect Core, section
 * 11, allows other conditions; being registered for refresh tokens is ours.
 */
function restoreOfflineAccess({ query, oidc }: KoaContextWithOIDC, client: Client): void {
  const isAsked = String(query['scope']).split(' ').includes('offline_access');
  const isPossible = client.grantTypeAllowed('refresh_token') && oidc.params?.['response_type'] === 'code';
  if (!oidc.params || !isAsked || !isPossible || oidc.requestParamScopes.has('offline_access')) return;
  oidc.params['scope'] = [...oidc.requestParamScopes, 'offline_access'].join(' ');
}
