import type { LoadedOAuthClient } from './oauth-client.entity.js';
import type { ClientPatch, ClientSettings, NewClient } from './client-settings.js';
import type { SyncStatus } from './oauth-client.vocabulary.js';
import type { CreateOAuthClientDto } from '../dto/create-oauth-client.dto.js';
import type { OAuthClientDto } from '../dto/oauth-client.dto.js';
import type { UpdateOAuthClientDto } from '../dto/update-oauth-client.dto.js';

/** Builds every answer, member by member: what is not named here leaves nowhere. */
export function toRepresentation(client: LoadedOAuthClient, secret: string | null = null): OAuthClientDto {
  return {
    id: client.id,
    client_id: client.clientId,
    project_id: client.projectId,
    created: client.created.toISOString(),
    modified: client.modified.toISOString(),
    ...toMembers(client),
    client_secret: secret,
    sync_status: syncStatusOf(client),
    sync_problem: client.syncProblem,
  };
}

/** What the owner decides, under the names of the API. */
export function toMembers(client: ClientSettings) {
  return {
    name: client.name,
    description: client.description,
    redirect_uris: client.redirectUris,
    grant_types: client.grantTypes,
    scopes: client.scopes,
    trusted: client.trusted,
    enabled: client.enabled,
    token_endpoint_auth_method: client.tokenEndpointAuthMethod,
    pkce_required: client.pkceRequired,
    pkce_challenge_method: client.pkceChallengeMethod,
  };
}

export function toPatch(dto: UpdateOAuthClientDto): ClientPatch {
  return {
    name: dto.name,
    description: dto.description,
    redirectUris: dto.redirect_uris,
    grantTypes: dto.grant_types,
    scopes: dto.scopes,
    trusted: dto.trusted,
    enabled: dto.enabled,
    tokenEndpointAuthMethod: dto.token_endpoint_auth_method,
    pkceRequired: dto.pkce_required,
    pkceChallengeMethod: dto.pkce_challenge_method,
  };
}

export const toNewClient = (dto: CreateOAuthClientDto): NewClient => ({
  ...toPatch(dto),
  name: dto.name,
  grantTypes: dto.grant_types,
});

function syncStatusOf({ revision, syncedRevision, syncProblem }: LoadedOAuthClient): SyncStatus {
  if (syncProblem !== null) return 'failed';
  return revision === syncedRevision ? 'synced' : 'pending';
}
