import type { Advice } from './advice/advice.js';
import type { OAuthClientDto } from './dto/oauth-client.dto.js';
import type { SecretDto } from './dto/secret.dto.js';
import { settingsOf } from './model/client-settings.js';
import type { LoadedOAuthClient } from './model/oauth-client.entity.js';
import { syncStatusOf } from './model/sync-status.js';
import type { ListedSecret } from './oauth-client-secrets.store.js';

/** The client as the API shows it, member by member: what is named neither here nor in the table of members stays inside. */
export const toRepresentation = (client: LoadedOAuthClient, advice: readonly Advice[]): OAuthClientDto => ({
  id: client.id,
  client_id: client.client_id,
  project_id: client.project_id,
  created: client.created.toISOString(),
  modified: client.modified.toISOString(),
  ...settingsOf(client),
  client_secret: null,
  secret_id: null,
  sync_status: syncStatusOf(client),
  sync_problem: client.sync_problem,
  last_used_at: textOf(client.last_used_at),
  last_refused_at: textOf(client.last_refused_at),
  secrets_expire_at: textOf(client.secrets_expire_at),
  advice,
});

export const toSecretRepresentation = (secret: ListedSecret): SecretDto => ({
  id: secret.id,
  name: secret.name,
  last_four: secret.last_four,
  status: secret.status,
  created: secret.created.toISOString(),
  expires_at: textOf(secret.expires_at),
  last_used_at: textOf(secret.last_used_at),
});

const textOf = (moment: Date | null): string | null => moment && moment.toISOString();
