/*
 * Which secrets of a client work, and what they tell of it: for statements in which the client is called `c` and a secret `s`.
 * Time is the database's.
 *
 * | state    | is                                            | ends by                                              |
 * | -------- | --------------------------------------------- | ---------------------------------------------------- |
 * | active   | works, and is the newest                      | its end, its expiry, or a newer one                  |
 * | retiring | works beside a newer one, until `expires_at`  | its end or its expiry                                |
 * | expired  | works no longer, and is listed for 30 days    | its end; time alone sets `revoked_at` to `expires_at` |
 * | ended    | works no longer, and is not shown any more    |                                                      |
 */

export const SECRET_STATUSES = ['active', 'retiring', 'expired'] as const;
export type SecretStatus = (typeof SECRET_STATUSES)[number];

const HAS_NOT_EXPIRED = `(s.expires_at is null or s.expires_at > now())`;

export const IS_LIVE = `(s.revoked_at is null and ${HAS_NOT_EXPIRED})`;

/** The one that an authorization server is to have which knows a single secret of a client. A client has one at the most. */
export const IS_NEWEST = `(s.revoked_at is null and s.retired_at is null)`;

/** Whether its expiry is not in the audit log yet. */
export const EXPIRES_NOW = `(s.revoked_at is null and s.expires_at <= now())`;

export const IS_LISTED = `(
  (s.revoked_at is null or s.revoked_at = s.expires_at)
  and (s.expires_at is null or s.expires_at > now() - interval '30 days'))`;

export const STATUS = `
  case when s.expires_at <= now() then 'expired' when s.retired_at is not null then 'retiring' else 'active' end`;

/** What happens to a client's secrets when a newer one is made `:overlap_seconds` before they end; 0 ends them at once. */
export const RETIRED = `
  retired_at = coalesce(s.retired_at, now()),
  expires_at = case when :overlap_seconds::integer > 0
    then least(s.expires_at, now() + :overlap_seconds::integer * interval '1 s') else s.expires_at end,
  revoked_at = case when :overlap_seconds::integer = 0 and ${HAS_NOT_EXPIRED} then now() end,
  sealed = case when :overlap_seconds::integer > 0 then s.sealed end`;

/** What is known of a client by its secrets. */
export interface SecretsSummary {
  /** When one of its secrets was last used, ended ones included. To the minute. */
  readonly last_used_at: Date | null;
  /** When the next of its live secrets expires. */
  readonly secrets_expire_at: Date | null;
}

export const SUMMARY_COLUMNS = { last_used_at: 'timestamptz', secrets_expire_at: 'timestamptz' } as const;

/** Two probes of indices. */
export const SUMMARY_LIST = `
  (select s.last_used_at from oauth_client_secrets s where s.oauth_client_id = c.id
   order by s.last_used_at desc nulls last limit 1) as last_used_at,
  (select min(s.expires_at) from oauth_client_secrets s where s.oauth_client_id = c.id and ${IS_LIVE}) as secrets_expire_at`;
