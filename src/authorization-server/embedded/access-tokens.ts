import type { Client, Configuration, KoaContextWithOIDC, ResourceServer } from 'oidc-provider';
import type { Config } from '../../config/config.js';
import { isRegistryScope } from '../../oauth-clients/scope.js';
import { PLATFORM_SCOPE } from '../../organizations/permission.js';
import { registrationOf } from './client-registration.js';
import { embeddedIssuer } from './embedded-issuer.js';
import { errors } from './oidc-provider.js';

/** Machines can get a new token at any time, so theirs are short. */
export const MACHINE_TOKEN_SECONDS = 15 * 60;

type ResourceIndicators = NonNullable<NonNullable<Configuration['features']>['resourceIndicators']>;

/**
 * Whom access tokens are for (RFC 8707). This API is the resource of its public URL, and its audience is the configured
 * one. A client with scopes of this API gets a token for it unless it asks for another resource; any other client gets
 * one for the resource it names, or else for the issuer, which is nobody's API.
 */
export function resourceIndicators(config: Config): ResourceIndicators {
  return {
    enabled: true,
    defaultResource: (_ctx, client) => (isForThisApi(client) ? config.publicUrl : embeddedIssuer(config)),
    getResourceServerInfo: (ctx, resource, client) => ({
      ...accessTokenFormat(settleScopes(ctx, client)),
      audience: resource === config.publicUrl ? config.audience : resource,
    }),
  };
}

/** Resource servers separate tenants by these claims. */
export function tenantClaims(ctx: KoaContextWithOIDC): Record<string, string> | undefined {
  const { organizationId, projectId } = ctx.oidc.client ? registrationOf(ctx.oidc.client) : {};
  return organizationId && projectId ? { organization_id: organizationId, project_id: projectId } : undefined;
}

const isForThisApi = (client: Client): boolean =>
  registrationOf(client).scopes.some((scope) => isRegistryScope(scope) || scope === PLATFORM_SCOPE);

/** RFC 6749, section 3.3: a scope that is not registered is refused; without any, a machine gets all that are. */
function settleScopes({ oidc }: KoaContextWithOIDC, client: Client): string {
  const { scopes } = registrationOf(client);
  const unregistered = [...oidc.requestParamScopes].find((scope) => !scopes.includes(scope));
  if (unregistered !== undefined) {
    throw new errors.InvalidScope('the client is not registered for a requested scope', unregistered);
  }
  const registered = scopes.join(' ');
  if (oidc.params?.['grant_type'] === 'client_credentials') oidc.params['scope'] ??= registered || undefined;
  return registered;
}

/** JWTs by RFC 9068: resource servers verify them without asking anyone, and nothing is stored. */
const accessTokenFormat = (scope: string): ResourceServer => ({
  scope,
  accessTokenFormat: 'jwt',
  accessTokenTTL: MACHINE_TOKEN_SECONDS,
  jwt: { sign: { alg: 'RS256' } },
});
