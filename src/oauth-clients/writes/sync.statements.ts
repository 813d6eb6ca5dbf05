import { BATCH } from '../../database/cleanup.js';
import { NO_COLUMNS, PreparedStatement, type Queryable } from '../../database/prepared-statement.js';
import { EXPIRY_AFTER_LOSS } from '../model/secrets-of-client.js';
import type { OAuthClient } from '../model/oauth-client.entity.js';
import {
  COMPLETED,
  DRIFTED,
  DUE_FIRST,
  GIVEN_UP,
  IS_DUE,
  IS_LEASED_BY_US,
  IS_NOT_LEASED,
  IS_PENDING,
  IS_VERIFIED,
  LEASED,
  SEEN,
  IS_SET_BACK,
  SYNC_PRIORITIES,
  TOLD_ANEW,
  WAS_SETTLED,
  WAS_SETTLED_BEFORE_NOW,
} from '../model/sync-state.js';
import { IS_AT_GATE, IS_TO_MOVE, moved } from '../model/server-credential.js';
import { SYNC_STATE_COLUMNS, type SyncState } from '../model/sync-status.js';

/*
 * The transitions of a client's sync, as statements. Those of one attempt are guarded by its lease: whoever has lost it
 * writes nothing down.
 */

const BEFORE_ALL_PROJECTS = `'00000000-0000-0000-0000-000000000000'::uuid`;
const PRIORITIES = Object.values(SYNC_PRIORITIES);

/** The next project after another that has pending work of the priority: one probe of the index. */
const nextProject = (priority: number, after: string): string => `(
  select c.project_id from oauth_clients c
  where ${IS_PENDING} and c.sync_priority = ${priority} and c.project_id > ${after}
  order by c.project_id limit 1)`;

const nextOf = (priorities: readonly number[], after: string): string =>
  `least(${priorities.map((priority) => nextProject(priority, after)).join(', ')})`;

const firstDue = (priority: number): string => `(
  select c.id from oauth_clients c
  where c.sync_priority = ${priority} and c.project_id = turn.project_id and ${IS_DUE}
  order by ${DUE_FIRST} limit 1 for update skip locked)`;

/**
 * The most urgent client of the first project after `after` that has one which is due. It walks from project to project with
 * a probe of the index each, and ends at the first that is found: what one project has to be done is not read.
 */
const firstOfTurn = (priorities: readonly number[], after: string): string => `(
  with recursive turn as (
    select ${nextOf(priorities, after)} as project_id
    union all
    select ${nextOf(priorities, 'turn.project_id')} from turn where turn.project_id is not null
  )
  select found.id from turn cross join lateral (select coalesce(${priorities.map(firstDue).join(', ')}) as id offset 0) found
  where found.id is not null limit 1)`;

/** The next turn, in the order of the projects' ids, and from the beginning after the last one. */
const roundRobin = (priorities: readonly number[], after: string): string[] => [
  firstOfTurn(priorities, after),
  firstOfTurn(priorities, BEFORE_ALL_PROJECTS),
];

/** Takes the lease only: here the row could be newer than the statement's snapshot, and its secret would not be. */
const lease = (id: string): string => `
  update oauth_clients c set ${LEASED}
  where c.id = ${id}
  returning c.id, c.project_id, c.sync_priority::integer as priority`;

type Leased = Pick<OAuthClient, 'id' | 'project_id'> & { readonly priority: number };
const LEASED_COLUMNS = { id: 'uuid', project_id: 'uuid', priority: 'int4' } as const;

/**
 * Leases the most urgent client of all, and of equally urgent ones that of the next project. `:after_end` and its like are the
 * projects whose turn it was last, by priority.
 */
export const LEASE_MOST_URGENT = new PreparedStatement<Leased>(
  'sync_lease_most_urgent',
  lease(`coalesce(
    ${Object.entries(SYNC_PRIORITIES)
      .flatMap(([name, priority]) => roundRobin([priority], `:after_${name}::uuid`))
      .join(', ')})`),
  LEASED_COLUMNS,
);

/** Leases the most urgent client of the project after `:after`, so that no project waits for the urgent work of others. */
export const LEASE_NEXT_PROJECT = new PreparedStatement<Leased>(
  'sync_lease_next_project',
  lease(`coalesce(${roundRobin(PRIORITIES, ':after::uuid').join(', ')})`),
  LEASED_COLUMNS,
);

/** A secret is forgotten here once Hydra has it for certain, and revoked where nobody will ever have it. */
export const COMPLETE = new PreparedStatement<SyncState>(
  'sync_complete',
  `with done as (
     update oauth_clients c set ${COMPLETED}, ${EXPIRY_AFTER_LOSS}
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

/**
 * Commits without waiting for the disk. When PostgreSQL crashes in the next moment, the row says again that the lease is
 * out, and the server is looked at once it has ended, as after the crash of the process that reports.
 */
const UNFLUSHED = `(select set_config('synchronous_commit', 'off', true)) = 'off'`;

/** The same where no secret was sent that anybody could forget, and none was lost: as with most changes. */
export const COMPLETE_WITHOUT_SECRET = new PreparedStatement<SyncState>(
  'sync_complete_without_secret',
  `update oauth_clients c set ${COMPLETED}
   where c.id = :id and ${IS_LEASED_BY_US} and ${UNFLUSHED}
   returning revision, synced_revision, sync_problem`,
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
   update oauth_clients c set ${GIVEN_UP}, secrets_expire_at = null from lost where c.id = lost.id`,
  NO_COLUMNS,
);

/**
 * Moves clients to the token gate, or there to a newer key, some hundred at a time in the order of their ids. What is being
 * changed is skipped: it waits for nobody, and cannot deadlock.
 */
export const MOVE = new PreparedStatement<Pick<OAuthClient, 'id'>>(
  'sync_move',
  `with found as (
     select c.id from oauth_clients c
     where c.id > :after and ${IS_TO_MOVE}
     order by c.id limit ${BATCH} for update of c skip locked
   )
   update oauth_clients c set ${moved('true')}, ${TOLD_ANEW} from found where c.id = found.id
   returning c.id`,
  { id: 'uuid' },
);

const TELL_ANEW = new PreparedStatement(
  'sync_tell_anew',
  `update oauth_clients c set ${TOLD_ANEW}
   where c.client_id = :client_id and c.deleted_at is null and ${IS_AT_GATE} and ${WAS_SETTLED_BEFORE_NOW}`,
  NO_COLUMNS,
);

/** A client of the token gate that the server does not know as it should is brought there, at most once a minute. @returns whether it is, as a number */
export const tellAnew = (database: Queryable, clientId: string): Promise<number> =>
  TELL_ANEW.count(database, { client_id: clientId });
