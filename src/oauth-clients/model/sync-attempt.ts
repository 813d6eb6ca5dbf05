import type { Doubt } from './oauth-client.vocabulary.js';
import { SENT_SETS } from './server-credential.js';

/** What a sync attempt depends on, beside the registration that it brings. */
export const ATTEMPT_LIST = `
  c.lease_token, c.synced_revision, c.sync_attempts, c.doubt, c.server_created_at, c.server_updated_at,
  c.synced_at is null as is_new,
  c.drifted_at is not null as is_drifted, ${SENT_SETS},
  coalesce(c.sync_verify_at <= now(), false) as is_verification,
  coalesce(greatest(c.tokens_ended_at, c.trust_ended_at) >= c.synced_at, false) as ends_tokens,
  greatest(c.tokens_ended_at, c.trust_ended_at) is not null as has_ended_tokens`;

export interface AttemptState {
  readonly lease_token: string;
  readonly synced_revision: number;
  readonly sync_attempts: number;
  readonly doubt: Doubt | null;
  /** When the server says that its client was made; null while that is not known. */
  readonly server_created_at: Date | null;
  /** When the server says that its client was last written; null while that is not known. */
  readonly server_updated_at: Date | null;
  /** The authorization server has never been known to have the client. */
  readonly is_new: boolean;
  /** It was found not to have what it once had, or is to be told of more than its owner has changed. */
  readonly is_drifted: boolean;
  /** Members of the server's client that are set for some clients only, and were set for this one; null while not known. */
  readonly server_sets: readonly string[] | null;
  /** An earlier attempt had an unknown effect, and by now has had it: look before anything is believed. */
  readonly is_verification: boolean;
  /** Tokens were ended since the authorization server was last brought up to date. */
  readonly ends_tokens: boolean;
  /** Tokens were ended at some time. */
  readonly has_ended_tokens: boolean;
}

export const ATTEMPT_COLUMNS = {
  lease_token: 'uuid',
  synced_revision: 'int4',
  sync_attempts: 'int4',
  doubt: 'text',
  server_created_at: 'timestamptz',
  server_updated_at: 'timestamptz',
  is_new: 'bool',
  is_drifted: 'bool',
  server_sets: '_text',
  is_verification: 'bool',
  ends_tokens: 'bool',
  has_ended_tokens: 'bool',
} as const;
