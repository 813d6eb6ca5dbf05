import { PreparedStatement } from '../../database/prepared-statement.js';
import type { GrantType } from '../../oauth-clients/model/oauth-client.vocabulary.js';
import { IS_HELD, IS_UNSYNCED } from '../../oauth-clients/model/sync-state.js';
import { REFUSAL_IS_DUE, USE_IS_DUE } from '../../oauth-clients/model/secret-use.js';
import { IS_AT_GATE } from '../../oauth-clients/model/server-credential.js';
import { IS_NEWEST } from '../../oauth-clients/model/secrets-of-client.js';

/** What the database says of a client's standing. */
export interface StandingRow {
  readonly organization_id: string;
  readonly project_id: string;
  /** Enabled, not held, and not deleted, nor is its project or organization. */
  readonly is_active: boolean;
  readonly pkce_required: boolean;
  /**
   * Grants from before then count no longer. Hydra cannot tell whether a person was asked for a grant, so all of them end
   * with the trust in the client.
   */
  readonly tokens_ended_at: Date | null;
  readonly scopes: string[];
  readonly grant_types: GrantType[];
  readonly audiences: string[];
  /** Seconds for which the secret that Hydra has is good, 0 or less for one that has ended; null while no end is known. */
  readonly secret_seconds_left: number | null;
  /** The secret in use, where its use has not been noted for a minute. */
  readonly secret_to_note: string | null;
  /** Whether it was noted more than a minute ago, or never, that the client was refused for its secret. */
  readonly is_refusal_due: boolean;
}

/** Whether a client of this registry may get tokens now, and on which terms. */
export interface ClientStanding extends Omit<StandingRow, 'secret_seconds_left'> {
  /** When the secret that Hydra has ends, in milliseconds of the monotonic clock. */
  readonly secret_good_until: number;
}

export const hasGoodSecret = ({ secret_good_until }: ClientStanding): boolean =>
  performance.now() < secret_good_until;

/**
 * Whether the secret that Hydra has may still be used. While the newest one (`s`) is sealed and Hydra lacks the client's
 * revision, Hydra may have the previous one. That one stays good until then, unless it had expired or was ended before
 * the newest was made.
 */
const MAY_BE_IN_HYDRA = `
  (s.sealed is null or not (${IS_UNSYNCED}) or coalesce((
    select coalesce(o.revoked_at = s.created and (o.expires_at is null or o.expires_at > o.revoked_at), false)
    from oauth_client_secrets o where o.oauth_client_id = c.id and o.id <> s.id
    order by o.revoked_at desc nulls first limit 1
  ), true))`;

/**
 * Finds deleted clients too: their ids are never used again. A secret that is still sealed may not be in use yet. Of secrets at
 * the token gate Hydra knows nothing, and the hook has nothing to say.
 */
export const READ_STANDING = new PreparedStatement<StandingRow>(
  'hook_client_standing',
  `select c.organization_id, c.project_id,
     c.enabled and coalesce(c.deleted_at, p.deleted_at, o.deleted_at) is null and not (${IS_HELD}) as is_active,
     c.pkce_required, c.scopes, c.grant_types, c.audiences,
     greatest(c.tokens_ended_at, c.trust_ended_at) as tokens_ended_at,
     case
       when c.token_endpoint_auth_method = 'none' or ${IS_AT_GATE} then null
       when s.id is null or not ${MAY_BE_IN_HYDRA} then 0
       else extract(epoch from s.expires_at - now())
     end::float8 as secret_seconds_left,
     case when s.sealed is null and ${USE_IS_DUE} and not (${IS_AT_GATE}) then s.id end as secret_to_note,
     ${REFUSAL_IS_DUE} as is_refusal_due
   from oauth_clients c
   left join oauth_client_secrets s on s.oauth_client_id = c.id and ${IS_NEWEST}
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
    grant_types: '_text',
    audiences: '_text',
    secret_seconds_left: 'float8',
    secret_to_note: 'uuid',
    is_refusal_due: 'bool',
  },
);

/** The standing of a client that Hydra has and this registry has lost: it gets no tokens. */
export const ORPHAN: ClientStanding = {
  organization_id: '',
  project_id: '',
  is_active: false,
  pkce_required: false,
  scopes: [],
  grant_types: [],
  audiences: [],
  tokens_ended_at: null,
  secret_good_until: 0,
  secret_to_note: null,
  is_refusal_due: false,
};
