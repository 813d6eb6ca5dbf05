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
        mode: 'direct',
        key: null,
        sets: callsRegistry ? ['access_token_strategy'] : [],
        pkce_required: members.pkce_required,
        pkce_challenge_method: members.pkce_challenge_method,
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
    skip_consent: client['skip_consent'] ?? false,
    skip_logout_consent: client['skip_logout_consent'] ?? false,
    metadata: client.metadata,
  };
}

function responseTypes(grants: readonly string[]): string[] {
  if (grants.includes('authorization_code')) return ['code'];
  if (grants.includes('implicit')) return ['id_token', 'id_token token'];
  // Nothing else is there to respond to, and none of Hydra's own kind does any harm.
  return ['disabled'];
}

function scope({ scopes, grant_types: grants }: Members): string {
  const all = new Set(scopes);
  if (grants.includes('refresh_token')) all.add('offline_access');
  if (grants.includes('implicit')) all.add('openid');
  return all.size === 0 ? 'registry:none' : [...all].join(' ');
}
