import type { ColumnsOf } from '../../database/prepared-statement.js';
import type { OAuthClient } from '../../oauth-clients/model/oauth-client.entity.js';

/** What the registry tells Hydra about one client: a state of the row, at one revision. */
export type Registration = Pick<
  OAuthClient,
  | 'id'
  | 'client_id'
  | 'organization_id'
  | 'project_id'
  | 'name'
  | 'redirect_uris'
  | 'grant_types'
  | 'scopes'
  | 'token_endpoint_auth_method'
  | 'pkce_required'
  | 'pkce_challenge_method'
  | 'trusted'
  | 'enabled'
  | 'revision'
> & {
  readonly deleted: boolean;
  /** The one live secret; null for a public client, and for one whose secret is lost. */
  readonly secret_id: string | null;
  /** The live secret, encrypted, until Hydra is known to have it. */
  readonly sealed: Buffer | null;
};

/** For a `select` from `oauth_clients c` with `REGISTRATION_JOIN`: row and secret must come from one snapshot. */
export const REGISTRATION_LIST = `
  c.id, c.client_id, c.organization_id, c.project_id, c.name, c.redirect_uris, c.grant_types, c.scopes,
  c.token_endpoint_auth_method, c.pkce_required, c.pkce_challenge_method, c.trusted, c.enabled, c.revision,
  c.deleted_at is not null as deleted, s.id as secret_id, s.sealed`;

export const REGISTRATION_JOIN = `
  left join oauth_client_secrets s on s.oauth_client_id = c.id and s.revoked_at is null`;

export const REGISTRATION_COLUMNS: ColumnsOf<Registration> = {
  id: 'uuid',
  client_id: 'uuid',
  organization_id: 'uuid',
  project_id: 'uuid',
  name: 'text',
  redirect_uris: '_text',
  grant_types: '_text',
  scopes: '_text',
  token_endpoint_auth_method: 'text',
  pkce_required: 'bool',
  pkce_challenge_method: 'text',
  trusted: 'bool',
  enabled: 'bool',
  revision: 'int4',
  deleted: 'bool',
  secret_id: 'uuid',
  sealed: 'bytea',
};
