import { BATCH } from '../../database/cleanup.js';
import { NO_COLUMNS, PreparedStatement } from '../../database/prepared-statement.js';
import type { OAuthClient } from '../model/oauth-client.entity.js';
import {
  COMPLETED,
  DRIFTED,
  DUE_FIRST,
  GIVEN_UP,
  IS_DUE,
  IS_LEASED_BY_US,
  IS_NOT_LEASED,
  IS_VERIFIED,
  LEASED,
  SEEN,
  SET_BACK as IS_SET_BACK,
  SYNC_STATE_COLUMNS,
  WAS_SETTLED,
  type SyncState,
} from '../model/sync-state.js';

/*
 * The transitions of a client's sync, as statements. Those of one attempt are guarded by its lease: whoever has lost it
 * writes nothing down.
 */

/** Takes the lease only: here the row could be newer than the statement's snapshot, and its secret would not be. */
const lease = (which: string): string => `
  update oauth_clients c set ${LEASED}
  where c.id = (
    select c.id from oauth_clients c where ${which} and ${IS_DUE}
    order by ${DUE_FIRST} limit 1 for update skip locked
  )
  returning c.id`;

type Id = Pick<OAuthClient, 'id'>;

export const LEASE_ANY = new PreparedStatement<Id>('sync_lease_any', lease('true'), { id: 'uuid' });
export const LEASE_ONE = new PreparedStatement<Id>('sync_lease_one', lease('c.id = :id'), { id: 'uuid' });

/** A secret is forgotten here once Hydra has it for certain, and revoked where nobody will ever have it. */
export const COMPLETE = new PreparedStatement<SyncState>(
  'sync_complete',
  `with done as (
     update oauth_clients c set ${COMPLETED}
     where c.id = :id and ${IS_LEASED_BY_US}
     returning c.*
   ), forgotten as (
     update oauth_client_secrets s set sealed = null from done
     where s.id = :secret_id::uuid and s.sealed is not null and done.${IS_VERIFIED} and not :secret_lost::boolean
   ), lost as (
     update oauth_client_secrets s set sealed = null, revoked_at = now(), lost = true from done
     where s.id = :secret_id::uuid and s.revoked_at is null and :secret_lost::boolean
   )
   select revision, synced_revision, sync_problem from done`,
  SYNC_STATE_COLUMNS,
);

export const SET_BACK = new PreparedStatement<SyncState>(
  'sync_set_back',
  `update oauth_clients c set ${IS_SET_BACK}
   where c.id = :id and ${IS_LEASED_BY_US}
   returning revision, synced_revision, sync_problem`,
  SYNC_STATE_COLUMNS,
);

/** Skips what is being changed, which brings the client to Hydra anyway: so it waits for nobody, and cannot deadlock. */
export const MARK_DRIFTED = new PreparedStatement(
  'sync_mark_drifted',
  `with found as (
     select c.id from oauth_clients c
     join unnest(:ids::uuid[], :revisions::integer[]) as seen (id, revision) on seen.id = c.id and seen.revision = c.revision
     where ${WAS_SETTLED}
     for update of c skip locked
   )
   update oauth_clients c set ${DRIFTED} from found where c.id = found.id`,
  NO_COLUMNS,
);

/** Notes what the server said of itself, unless something has happened to the client since. Waits for nobody, as above. */
export const NOTE_SEEN = new PreparedStatement(
  'sync_note_seen',
  `with seen as (
     select * from jsonb_to_recordset(:seen::jsonb)
       as s (id uuid, revision integer, unmanaged jsonb, created_at timestamptz, updated_at timestamptz)
   ), found as (
     select c.id from oauth_clients c join seen on seen.id = c.id and seen.revision = c.revision
     where ${WAS_SETTLED}
     for update of c skip locked
   )
   update oauth_clients c set ${SEEN} from found join seen using (id) where c.id = found.id`,
  NO_COLUMNS,
);

/**
 * The client is left to be brought to Hydra without the secret, and with it gets one that nobody knows: Hydra must not go on
 * with the secret before. An attempt whose lease has ended can no longer report, and its calls may still have an effect.
 */
export const GIVE_UP_SECRETS = new PreparedStatement(
  'sync_give_up_secrets',
  `with lost as (
     select c.id, s.id as secret_id from oauth_client_secrets s join oauth_clients c on c.id = s.oauth_client_id
     where s.sealed is not null and s.created < now() - interval '7 days' and ${IS_NOT_LEASED}
     order by s.created limit ${BATCH} for update of c, s skip locked
   ), erased as (
     update oauth_client_secrets s set sealed = null, revoked_at = now(), lost = true from lost where s.id = lost.secret_id
   )
   update oauth_clients c set ${GIVEN_UP} from lost where c.id = lost.id`,
  NO_COLUMNS,
);
