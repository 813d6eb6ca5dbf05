import { PreparedStatement } from '../../database/prepared-statement.js';
import { IS_HELD } from '../../oauth-clients/model/sync-state.js';
import { USE_IS_DUE } from '../../oauth-clients/model/secret-use.js';

/** Whether a client of this registry may get tokens now, and on which terms. */
export interface ClientStanding {
  readonly organization_id: string;
  readonly project_id: string;
  /** Enabled, not held, and not deleted, nor is its project or organization. */
  readonly is_active: boolean;
  readonly pkce_required: boolean;
  /** Grants from before then count no longer. Hydra cannot tell those that a person was asked for: all of them end with the trust. */
  readonly tokens_ended_at: Date | null;
  readonly scopes: string[];
  readonly audiences: string[];
  /** The secret in use, where its use has not been noted for a minute. */
  readonly secret_to_note: string | null;
}

/** Finds deleted clients too: their ids are never used again. A secret that is still sealed may not be in use yet. */
export const READ_STANDING = new PreparedStatement<ClientStanding>(
  'hook_client_standing',
  `select c.organization_id, c.project_id,
     c.enabled and coalesce(c.deleted_at, p.deleted_at, o.deleted_at) is null and not (${IS_HELD}) as is_active,
     c.pkce_required, c.scopes, c.audiences,
     greatest(c.tokens_ended_at, c.trust_ended_at) as tokens_ended_at,
     (
       select s.id from oauth_client_secrets s
       where s.oauth_client_id = c.id and s.revoked_at is null and (s.expires_at is null or s.expires_at > now())
         and s.sealed is null and ${USE_IS_DUE}
       order by s.id desc limit 1
     ) as secret_to_note
   from oauth_clients c
   join projects p on p.id = c.project_id
   join organizations o on o.id = c.organization_id
   where c.client_id = :client_id`,
  {
    organization_id: 'uuid',
    project_id: 'uuid',
    is_active: 'bool',
    pkce_required: 'bool',
    tokens_ended_at: 'timestamptz',
    scopes: '_text',
    audiences: '_text',
    secret_to_note: 'uuid',
  },
);

/** Where a client stands that Hydra has and this registry has lost. */
export const ORPHAN: ClientStanding = {
  organization_id: '',
  project_id: '',
  is_active: false,
  pkce_required: false,
  scopes: [],
  audiences: [],
  tokens_ended_at: null,
  secret_to_note: null,
};
