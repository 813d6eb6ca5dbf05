import type {
  AccessToken,
  Client,
  ClientCredentials,
  Configuration,
  KoaContextWithOIDC,
  ResourceServer,
} from 'oidc-provider';
import type { Config } from '../config/config.js';
import { grantableAudiences } from '../oauth-clients/model/audience.js';
import { isRegistryScope } from '../oauth-clients/model/scope.js';
import { PLATFORM_SCOPE } from '../access/permission.js';
import { registrationOf } from './client-registration.js';
import { embeddedIssuer } from '../config/embedded-issuer.js';
import { refuseIfChanged } from './refuse-outdated.js';
import { errors } from './oidc-provider.js';
import {
  availableScopes,
  defaultToAllScopes,
  refuseUnregisteredScopes,
  restoreOfflineAccess,
} from './requested-scopes.js';

/**
 * Seconds that access tokens live where the client's owner says nothing. They are short, because they cannot be taken
 * back and whoever may have one can get a new one at any time.
 */
export const ACCESS_TOKEN_SECONDS = 15 * 60;

/**
 * A claim of our own: the grant that a person's token rests on, so that the userinfo endpoint can ask whether it still
 * stands.
 */
export const GRANT_ID_CLAIM = 'grant_id';

type ResourceIndicators = NonNullable<NonNullable<Configuration['features']>['resourceIndicators']>;

/**
 * Whom access tokens are for (RFC 8707). This API is the resource of its public URL, and its audience is the configured
 * one. A client with scopes of this API gets a token for it unless it asks for another resource; any other client gets
 * one for the resource it names, which must be one of its audiences, or else for the issuer, which is nobody's API.
 */
export function resourceIndicators(config: Config): ResourceIndicators {
  const defaultResource = (client: Client): string =>
    isForThisApi(client) ? config.publicUrl : embeddedIssuer(config);
  const audiencesOf = grantableAudiences(config);
  return {
    enabled: true,
    defaultResource: (_ctx, client) => defaultResource(client),
    getResourceServerInfo: (ctx, resource, client) => {
      if (resource !== defaultResource(client) && !audiencesOf(registrationOf(client)).includes(resource)) {
        throw new errors.InvalidTarget('the client is not registered for this resource');
      }
      completeRequest(ctx, client);
      return {
        ...ACCESS_TOKEN_FORMAT,
        scope: availableScopes(ctx.oidc, client).join(' '),
        audience: resource === config.publicUrl ? config.audience : resource,
      };
    },
    // Else a token for a person who signed in with `openid` would be opaque, and good for userinfo only.
    useGrantedResource: () => true,
  };
}

/**
 * Judges a request by the registration of its client, and writes into its parameters what the registration adds. It stands
 * where oidc-provider asks about the resource because that is the one place it passes for every token, at each endpoint,
 * after it has parsed the parameters and before it goes by the scopes.
 */
function completeRequest(ctx: KoaContextWithOIDC, client: Client): void {
  const { oidc } = ctx;
  if (oidc.route === 'resume') refuseIfChanged(oidc, client);
  if (oidc.route === 'authorization') restoreOfflineAccess(ctx, client);
  refuseUnregisteredScopes(oidc, client);
  defaultToAllScopes(oidc, client);
}

/** The claims of ours in an access token. Resource servers separate tenants by `organization_id` and `project_id`. */
export function tokenClaims(
  { oidc: { client } }: KoaContextWithOIDC,
  token: AccessToken | ClientCredentials,
): Record<string, string> {
  const { organization_id, project_id } = client ? registrationOf(client) : {};
  const grantId = 'grantId' in token ? token.grantId : undefined;
  return {
    ...(organization_id && project_id && { organization_id, project_id }),
    ...(grantId && { [GRANT_ID_CLAIM]: grantId }),
  };
}

const isForThisApi = (client: Client): boolean =>
  registrationOf(client).scopes.some((scope) => isRegistryScope(scope) || scope === PLATFORM_SCOPE);

/** JWTs by RFC 9068: resource servers verify them without asking anyone, and nothing is stored. */
const ACCESS_TOKEN_FORMAT = {
  accessTokenFormat: 'jwt',
  jwt: { sign: { alg: 'RS256' } },
} as const satisfies Partial<ResourceServer>;
