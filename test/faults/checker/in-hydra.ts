import type { HydraClientMembers } from '../hydra-target.js';
import type { Members } from './replay.js';

/** What Hydra's client says beside the members. */
export interface Identity {
  readonly clientId: string;
  readonly registryId: string;
  readonly id: string;
  readonly organizationId: string;
  readonly projectId: string;
  readonly revision: number;
  readonly secretId: string | null;
  readonly mode: 'direct' | 'gate';
  readonly key: string | null;
}

/** A client as it has to be in Hydra, told by the documents and not by the code that sends it. */
export function expectedInHydra(members: Members, identity: Identity): Record<string, unknown> {
  const { grant_types: grants, enabled } = members;
  const callsRegistry = members.scopes.some((scope) => scope.startsWith('oauth_clients:'));
  return {
    client_id: identity.clientId,
    client_name: members.name,
    owner: identity.projectId,
    redirect_uris: members.redirect_uris,
    grant_types: enabled ? grants : ['disabled'],
    response_types: enabled ? responseTypes(grants) : ['disabled'],
    scope: scope(members),
    token_endpoint_auth_method: members.token_endpoint_auth_method,
    audience: callsRegistry ? ['oauth-client-registry'] : [],
    access_token_strategy: callsRegistry ? 'jwt' : '',
    post_logout_redirect_uris: members.post_logout_redirect_uris,
    allowed_cors_origins: [...members.allowed_cors_origins, ...pageOrigins(members)],
    client_uri: members.client_uri ?? '',
    logo_uri: members.logo_uri ?? '',
    contacts: members.contacts,
    lifespans: lifespans(members),
    skip_consent: members.trusted,
    skip_logout_consent: members.trusted,
    metadata: {
      oauth_client_registry: {
        registry: identity.registryId,
        id: identity.id,
        organization_id: identity.organizationId,
        project_id: identity.projectId,
        revision: identity.revision,
        secret_id: identity.secretId,
        mode: identity.mode,
        key: members.token_endpoint_auth_method === 'none' ? null : identity.key,
        sets: [...(callsRegistry ? ['access_token_strategy'] : []), ...Object.keys(lifespans(members))],
        pkce_required: members.pkce_required,
        pkce_challenge_method: members.pkce_challenge_method,
        ...(!enabled && { grant_types: grants }),
        ...nonEmpty('added_scopes', impliedScopes(members)),
        ...nonEmpty('added_origins', pageOrigins(members)),
      },
    },
  };
}

/** The same members of what Hydra shows, which leaves out what is empty. */
export function shownByHydra(client: HydraClientMembers): Record<string, unknown> {
  return {
    client_id: client.client_id,
    client_name: client['client_name'] ?? '',
    owner: client['owner'] ?? '',
    redirect_uris: client['redirect_uris'] ?? [],
    grant_types: client['grant_types'] ?? [],
    response_types: client['response_types'] ?? [],
    scope: client['scope'] ?? '',
    token_endpoint_auth_method: client['token_endpoint_auth_method'],
    audience: client['audience'] ?? [],
    access_token_strategy: client['access_token_strategy'] ?? '',
    post_logout_redirect_uris: client['post_logout_redirect_uris'] ?? [],
    allowed_cors_origins: client['allowed_cors_origins'] ?? [],
    client_uri: client['client_uri'] ?? '',
    logo_uri: client['logo_uri'] ?? '',
    contacts: client['contacts'] ?? [],
    lifespans: Object.fromEntries(
      Object.entries(client).filter(([name, value]) => name.endsWith('_lifespan') && value !== null),
    ),
    skip_consent: client['skip_consent'] ?? false,
    skip_logout_consent: client['skip_logout_consent'] ?? false,
    metadata: { ...client.metadata, oauth_client_registry: withoutEmptyLists(client.metadata) },
  };
}

/** The registry's mark without empty lists, which mean the same as missing ones. `sets` is always there. */
const withoutEmptyLists = (metadata: HydraClientMembers['metadata']): object =>
  Object.fromEntries(
    Object.entries(metadata?.oauth_client_registry ?? {}).filter(
      ([name, value]) => name === 'sets' || !Array.isArray(value) || value.length > 0,
    ),
  );

function responseTypes(grants: readonly string[]): string[] {
  if (grants.includes('authorization_code')) return ['code'];
  if (grants.includes('implicit')) return ['id_token', 'id_token token', 'token'];
  // Nothing else is there to respond to, and none of Hydra's own kind does any harm.
  return ['disabled'];
}

function scope(members: Members): string {
  return [...members.scopes, ...impliedScopes(members)].join(' ') || 'registry:none';
}

/** What Hydra needs for a grant and the owner does not list. */
function impliedScopes({ scopes, grant_types: grants }: Members): string[] {
  const implied = [
    ...(grants.includes('refresh_token') ? ['offline_access'] : []),
    ...(grants.includes('implicit') ? ['openid'] : []),
  ];
  return implied.filter((name) => !scopes.includes(name));
}

/** Where the pages of a client without a secret are, beside the origins that it lists. */
function pageOrigins(members: Members): string[] {
  if (members.token_endpoint_auth_method !== 'none') return [];
  const own = members.redirect_uris.map((uri) => new URL(uri).origin);
  return [...new Set(own)].filter((origin) => !members.allowed_cors_origins.includes(origin));
}

function lifespans(members: Members): Record<string, string> {
  const grants = { access: ACCESS_GRANTS, id: PEOPLES_GRANTS, refresh: REFRESHED_GRANTS };
  return Object.fromEntries(
    (['access', 'id', 'refresh'] as const).flatMap((kind) => {
      const seconds = members[`${kind}_token_lifetime`];
      if (seconds === null) return [];
      return grants[kind]
        .toSorted()
        .map((grant) => [`${grant}_${kind}_token_lifespan`, `${seconds / 3_600}h0m0s`]);
    }),
  );
}

const REFRESHED_GRANTS = ['authorization_code_grant', 'refresh_token_grant', 'device_authorization_grant'];
const PEOPLES_GRANTS = [...REFRESHED_GRANTS, 'implicit_grant'];
const ACCESS_GRANTS = [...PEOPLES_GRANTS, 'client_credentials_grant', 'jwt_bearer_grant'];

const nonEmpty = (name: string, list: readonly string[]): Record<string, readonly string[]> =>
  list.length === 0 ? {} : { [name]: list };
