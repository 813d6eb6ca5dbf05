import type { OAuthClient } from '../../oauth-clients/model/oauth-client.entity.js';

/** What the registry tells Hydra about one client: a state of the row, at one revision. */
export type Registration = Pick<
  OAuthClient,
  | 'id'
  | 'clientId'
  | 'organizationId'
  | 'projectId'
  | 'name'
  | 'redirectUris'
  | 'grantTypes'
  | 'scopes'
  | 'tokenEndpointAuthMethod'
  | 'pkceRequired'
  | 'pkceChallengeMethod'
  | 'trusted'
  | 'enabled'
  | 'revision'
> & {
  readonly deleted: boolean;
  /** The one live secret; null for a public client, and for one whose secret is lost. */
  readonly secretId: string | null;
  /** The live secret, encrypted, until Hydra is known to have it. */
  readonly sealed: Buffer | null;
};

/** For a `select` from `oauth_clients c` with `REGISTRATION_JOIN`: row and secret must come from one snapshot. */
export const REGISTRATION_COLUMNS = `
  c.id, c.client_id as "clientId", c.organization_id as "organizationId", c.project_id as "projectId", c.name,
  c.redirect_uris as "redirectUris", c.grant_types as "grantTypes", c.scopes,
  c.token_endpoint_auth_method as "tokenEndpointAuthMethod", c.pkce_required as "pkceRequired",
  c.pkce_challenge_method as "pkceChallengeMethod", c.trusted, c.enabled, c.revision,
  c.deleted_at is not null as deleted, s.id as "secretId", s.sealed`;

export const REGISTRATION_JOIN = `
  left join oauth_client_secrets s on s.oauth_client_id = c.id and s.revoked_at is null`;
