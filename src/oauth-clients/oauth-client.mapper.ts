import { toMembers } from './model/to-members.js';
import type { LoadedOAuthClient } from './model/oauth-client.entity.js';
import type { ClientPatch, NewClient } from './model/client-settings.js';
import type { SyncStatus } from './model/oauth-client.vocabulary.js';
import type { CreateOAuthClientDto } from './dto/create-oauth-client.dto.js';
import type { OAuthClientDto } from './dto/oauth-client.dto.js';
import type { UpdateOAuthClientDto } from './dto/update-oauth-client.dto.js';

/** Builds every answer, member by member: what is not named here leaves nowhere. */
export function toRepresentation(client: LoadedOAuthClient, secret: string | null = null): OAuthClientDto {
  return {
    id: client.id,
    client_id: client.client_id,
    project_id: client.project_id,
    created: client.created.toISOString(),
    modified: client.modified.toISOString(),
    ...toMembers(client),
    client_secret: secret,
    sync_status: syncStatusOf(client),
    sync_problem: client.sync_problem,
  };
}

export function toPatch(dto: UpdateOAuthClientDto): ClientPatch {
  return {
    name: dto.name,
    description: dto.description,
    redirect_uris: dto.redirect_uris,
    grant_types: dto.grant_types,
    scopes: dto.scopes,
    trusted: dto.trusted,
    enabled: dto.enabled,
    token_endpoint_auth_method: dto.token_endpoint_auth_method,
    pkce_required: dto.pkce_required,
    pkce_challenge_method: dto.pkce_challenge_method,
  };
}

export const toNewClient = (dto: CreateOAuthClientDto): NewClient => ({
  ...toPatch(dto),
  name: dto.name,
  grant_types: dto.grant_types,
});

function syncStatusOf({ revision, synced_revision, sync_problem }: LoadedOAuthClient): SyncStatus {
  if (sync_problem !== null) return 'failed';
  return revision === synced_revision ? 'synced' : 'pending';
}
