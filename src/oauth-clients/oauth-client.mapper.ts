import type { OAuthClientDto } from './dto/oauth-client.dto.js';
import { settingsOf } from './model/client-settings.js';
import type { LoadedOAuthClient } from './model/oauth-client.entity.js';
import { syncStatusOf } from './model/sync-state.js';

/** Builds every answer, member by member: what is not named here, or in the table of members, leaves nowhere. */
export const toRepresentation = (
  client: LoadedOAuthClient,
  secret: string | null = null,
): OAuthClientDto => ({
  id: client.id,
  client_id: client.client_id,
  project_id: client.project_id,
  created: client.created.toISOString(),
  modified: client.modified.toISOString(),
  ...settingsOf(client),
  client_secret: secret,
  sync_status: syncStatusOf(client),
  sync_problem: client.sync_problem,
});
