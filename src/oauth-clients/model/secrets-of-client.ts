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

/** Imported, and not seen here since: only the authorization server knows it. */
export const IS_UNSEEN = `(s.hash is null and s.scrypt is null)`;

/** The newest secret, if there is one. A server that knows a single secret of a client is to have this one. */
export const IS_NEWEST = `(s.revoked_at is null and s.retired_at is null)`;

/** Whether the secret has expired and the audit log does not say so yet. */
export const EXPIRES_NOW = `(s.revoked_at is null and s.expires_at <= now())`;

export const IS_LISTED = `(
  (s.revoked_at is null or s.revoked_at = s.expires_at)
  and (s.expires_at is null or s.expires_at > now() - interval '30 days'))`;

export const STATUS = `
  case when s.expires_at <= now() then 'expired' when s.retired_at is not null then 'retiring' else 'active' end`;

const WITH_OVERLAP = `least(s.expires_at, now() + :overlap_seconds::integer * interval '1 s')`;

/** When a secret that is changed now expires: never later than it would have. */
export const CHANGED_EXPIRES_AT = `least(s.expires_at, now() + :expires_in_seconds::integer * interval '1 s')::timestamptz(3)`;

/** What happens to a client's secrets when a newer one is made `:overlap_seconds` before they end; 0 ends them at once. */
export const RETIRED = `
  retired_at = coalesce(s.retired_at, now()),
  expires_at = case when :overlap_seconds::integer > 0
    then ${WITH_OVERLAP} else s.expires_at end,
  revoked_at = case when :overlap_seconds::integer = 0 and ${HAS_NOT_EXPIRED} then now() end,
  sealed = case when :overlap_seconds::integer > 0 then s.sealed end`;

/** SQL: when the first of the secrets of `c` that work expires. @param expiry SQL: when `s` does */
const firstExpiry = (expiry: string): string =>
  `(select min(${expiry}) from oauth_client_secrets s where s.oauth_client_id = c.id and ${IS_LIVE})`;

/** When a secret that is made now expires. */
export const NEW_EXPIRES_AT = `now() + :secret_expires_in_seconds::integer * interval '1 s'`;

/** How each change of secrets sets `secrets_expire_at` of their client: a copy, so that reading a client costs nothing more. */
export const EXPIRY_AFTER_ROTATION = `
  secrets_expire_at = case when :overlap_seconds::integer is null then c.secrets_expire_at else least(
    ${NEW_EXPIRES_AT}, case when :overlap_seconds::integer > 0 then ${firstExpiry(WITH_OVERLAP)} end) end`;
export const EXPIRY_AFTER_CHANGE = `
  secrets_expire_at = ${firstExpiry(`case when s.id <> :secret_id then s.expires_at when not :revoked::boolean then ${CHANGED_EXPIRES_AT} end`)}`;
/** A server that loses a secret had no other of the client. */
export const EXPIRY_AFTER_LOSS = `secrets_expire_at = case when :secret_lost::boolean then null else c.secrets_expire_at end`;
export const EXPIRY_AFTER_EXPIRY = `secrets_expire_at = ${firstExpiry('s.expires_at')}`;
