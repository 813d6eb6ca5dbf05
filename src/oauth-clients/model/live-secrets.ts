import type { LoadedOAuthClient } from './oauth-client.entity.js';
import { IS_LIVE } from './secrets-of-client.js';

/**
 * What is known of a secret that works, as a tuple: every client that is shown comes with these, and named members would cost
 * twice as much to write and to read. Moments are milliseconds since the epoch.
 */
export type LiveSecretFacts = readonly [
  id: string,
  created: number,
  lastUsedAt: number | null,
  /** Since when there is a newer one. */
  retiredAt: number | null,
  /** Null for one that works until somebody ends it. */
  expiresAt: number | null,
];

/** A client with the secrets of it that work: what the API shows of it depends on both. */
export interface ObservedClient extends LoadedOAuthClient {
  /** Null for a public client, which has none. */
  readonly live_secrets: readonly LiveSecretFacts[] | null;
}

const MOMENTS = ['created', 'last_used_at', 'retired_at', 'expires_at'] as const;

/** The secrets that work of a client that is called `c`: one probe of an index, and none for a public client. */
export const LIVE_SECRETS_LIST = `
  case when c.token_endpoint_auth_method <> 'none' then (
    select json_agg(json_build_array(s.id, ${MOMENTS.map((name) => `date_part('epoch', s.${name}) * 1000`).join(', ')}))
    from oauth_client_secrets s where s.oauth_client_id = c.id and ${IS_LIVE}) end as live_secrets`;

export const LIVE_SECRETS_COLUMNS = { live_secrets: 'json' } as const;

/** What a change of the client does to its secrets. */
export interface SecretsChange {
  /** Seconds for which the older secrets work on, at most; 0 ends them. Null leaves them as they are. */
  readonly overlap_seconds?: number | null;
  readonly secret?: { readonly id: string; readonly expires_in_seconds?: number | null } | null;
}

/** The secrets that work after a change, by a clock that is that of the database to within seconds. */
export function secretsAfter(
  before: readonly LiveSecretFacts[] | null,
  { overlap_seconds = null, secret = null }: SecretsChange,
  now = Date.now(),
): LiveSecretFacts[] {
  const older = overlap_seconds === null ? (before ?? []) : retired(before ?? [], overlap_seconds, now);
  if (secret === null) return [...older];
  const { id, expires_in_seconds = null } = secret;
  const expires_at = expires_in_seconds === null ? null : now + expires_in_seconds * 1000;
  return [...older, [id, now, null, null, expires_at]];
}

const retired = (
  secrets: readonly LiveSecretFacts[],
  overlapSeconds: number,
  now: number,
): LiveSecretFacts[] =>
  overlapSeconds === 0
    ? []
    : secrets.map(([id, created, lastUsedAt, retiredAt, expiresAt]) => [
        id,
        created,
        lastUsedAt,
        retiredAt ?? now,
        Math.min(expiresAt ?? Infinity, now + overlapSeconds * 1000),
      ]);
