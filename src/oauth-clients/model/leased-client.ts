import type { ColumnsOf } from '../../database/prepared-statement.js';
import { IS_TRUSTED } from './effective-trust.js';
import type { LoadedOAuthClient } from './oauth-client.entity.js';
import {
  IS_LOST,
  REGISTRATION_COLUMNS,
  REGISTRATION_JOIN,
  REGISTRATION_LIST,
  type Registration,
} from './registration.js';
import { CREDENTIAL_COLUMNS, CREDENTIAL_LIST } from './server-credential.js';
import { ATTEMPT_COLUMNS, ATTEMPT_LIST, type AttemptState } from './sync-attempt.js';
import { IS_LEASED_BY_US, UNMANAGED } from './sync-state.js';

/** One client that this process alone may bring to the authorization server, until the lease ends. */
export interface LeasedClient extends Registration, AttemptState {}

/** For a `select` from `oauth_clients c` with `REGISTRATION_JOIN`. */
export const LEASED_CLIENT_LIST = `${REGISTRATION_LIST}, ${ATTEMPT_LIST}`;
export const LEASED_CLIENT_COLUMNS: ColumnsOf<LeasedClient> = { ...REGISTRATION_COLUMNS, ...ATTEMPT_COLUMNS };

const { synced_revision: _loaded, ...ATTEMPT_ONLY } = ATTEMPT_COLUMNS;

const BESIDE_ROW = {
  is_trusted_now: 'bool',
  secret_id: 'uuid',
  sealed: 'bytea',
  secret_lost: 'bool',
  unmanaged: 'jsonb',
  ...CREDENTIAL_COLUMNS,
  ...ATTEMPT_ONLY,
} as const;

type BesideRow = Omit<LeasedClient, keyof LoadedOAuthClient | 'deleted'> & {
  readonly is_trusted_now: boolean;
};

/** What a leased client has beside its row: null where a change did not take the lease. */
export type LeasedWith = { readonly [Name in keyof BesideRow]?: BesideRow[Name] | null };

/** A client as a change has left it. */
export type ChangedClient = LoadedOAuthClient & LeasedWith;

/**
 * The client that a change leases, for a `select` from `written c`. Only of changes that leave the secrets as they are,
 * and only where they are those of the statement's snapshot: nothing was brought since, which may end one.
 */
export const LEASED_WITH_JOIN = `
  left join lateral (
    select ${IS_TRUSTED} as is_trusted_now, s.id as secret_id, s.sealed, ${IS_LOST} as secret_lost, ${UNMANAGED},
      ${CREDENTIAL_LIST}, ${ATTEMPT_LIST}
    from oauth_clients before ${REGISTRATION_JOIN}
    where ${IS_LEASED_BY_US} and before.id = c.id and before.synced_at = c.synced_at
  ) as leased on true`;
export const LEASED_WITH_LIST = Object.keys(BESIDE_ROW)
  .map((name) => `leased.${name}`)
  .join(', ');
export const LEASED_WITH_COLUMNS: ColumnsOf<BesideRow> = BESIDE_ROW;

/** Null where the change did not take the lease. */
export function leasedClientOf({ is_trusted_now: trusted, ...client }: ChangedClient): LeasedClient | null {
  if (typeof client.lease_token !== 'string') return null;
  return { ...client, trusted: trusted === true, deleted: false } as LeasedClient;
}
