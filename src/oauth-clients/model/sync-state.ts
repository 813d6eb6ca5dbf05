import { COMES_TO_GATE, CREDENTIAL_SENT, IS_AS_SENT, moved } from './server-credential.js';

/*
 * How far the authorization server has followed a client. This file alone writes the columns of it, for statements in which
 * the client is called `c`; `sync-attempt.ts` and `sync-status.ts` read them for an attempt, and for the owner.
 *
 * | state      | is                                                            | ends by                                  |
 * | ---------- | ------------------------------------------------------------- | ---------------------------------------- |
 * | at rest    | the server has the revision, no attempt can still change that | a change, or drift that was found        |
 * | unsynced   | the server lacks the revision                                 | a lease, with the change or once it is due |
 * | leased     | one process alone may bring it there, until the lease ends    | completion, a setback, or another lease  |
 * | unverified | a call had an unknown effect, or a lease was taken over       | a look at the server, half a minute later |
 * | failed     | unsynced, and the owner is told why                           | completion, or a change                  |
 *
 * Unverified may come with any of the others. `failed` is also a client at rest whose secret was lost on the way.
 *
 * Beside that, `doubt`: the server's client is not the one that this registry left there.
 *
 * | doubt    | is                                                                     | ends by                                    |
 * | -------- | ---------------------------------------------------------------------- | ------------------------------------------ |
 * | raised   | a first look found it; the second, half a minute later, decides        | completion, or held                        |
 * | held     | the server is ahead, so this registry was restored: no tokens          | a new secret, or an operator who accepts   |
 * | accepted | what the server has is to be written over, however far ahead it is     | completion                                 |
 */

/** Kinds of work for the server, the most urgent first: what ends something must not wait for what begins something. */
export const SYNC_PRIORITIES = {
  /** A secret was replaced or ended, or the client disabled, deleted or no longer trusted. */
  end: 0,
  edit: 1,
  /** The server is to have a client that it does not have, or is to have it back as it was. */
  create: 2,
} as const;

/** What was last seen of the server's own client. A moment is null while it is not known. */
export interface SeenClient {
  /** When the server says that it was made. Only another client has another moment. */
  readonly created_at: Date | null;
  /** When the server says that it was last written. */
  readonly updated_at: Date | null;
}

/** Seconds that a lease lasts: longer than an attempt may take, so that it has ended when another begins. */
const LEASE = 30;
/** Seconds after which a call that was sent no longer has an effect. */
const SETTLES_IN = 30;

const LEASE_ENDS = `now() + interval '${LEASE} s'`;
const IN_A_WHILE = `now() + interval '${SETTLES_IN} s'`;

/** A lease that is taken away from another process leaves the effect of that one's calls unknown. */
const VERIFY_AFTER_LEASE = `case when c.lease_token is null then c.sync_verify_at else ${IN_A_WHILE} end`;

/** When to look at the server again. Changes between the first look and the second do not put the second one off. */
const FIRST_LOOK_ENDS = `
  case when c.doubt = 'raised' and :doubt = 'raised' then coalesce(c.sync_verify_at, ${IN_A_WHILE}) else ${IN_A_WHILE} end`;

/** Those calls may have made the client anew, so that it is not known either when the server made it. */
const CREATED_AT_AFTER_LEASE = `case when c.lease_token is null then c.server_created_at end`;

const NO_LEASE = `lease_token = null, lease_expires_at = null`;

export const IS_UNSYNCED = `c.synced_revision < c.revision`;

/** The `sync_status` that owners are shown: `syncStatusOf` tells the same of a row that was read. */
export const SYNC_STATUS = `
  case when c.sync_problem is not null then 'failed' when ${IS_UNSYNCED} then 'pending' else 'synced' end`;

/** No process can report an attempt any more, not even late. */
export const IS_UNLEASED = `c.lease_token is null`;

/** Nothing is on its way to the authorization server, and nothing can be that was sent before. */
export const IS_AT_REST = `c.synced_revision = c.revision and ${IS_UNLEASED} and c.sync_verify_at is null`;

/** At rest, and brought there before the moment `:moment`. */
export const WAS_SETTLED = `(${IS_AT_REST} and c.synced_at < :moment)`;

/** At rest, and not only just now. */
export const WAS_SETTLED_BEFORE_NOW = `(${IS_AT_REST} and c.synced_at < now() - interval '1 minute')`;

/** Whether the client is at rest for 30 days, and the order in which those come first that are it for longest. */
export const LONGEST_AT_REST_FIRST = `c.synced_at`;
export const IS_LONG_AT_REST = `${IS_AT_REST} and c.synced_at < now() - interval '30 days'`;

export const IS_NOT_LEASED = `(c.lease_expires_at is null or c.lease_expires_at <= now())`;

/** Unsynced or to be verified: what the index of work for the server holds, in the order of `DUE_FIRST`. */
export const IS_PENDING = `(${IS_UNSYNCED} or c.sync_verify_at is not null)`;

/** When a pending client may be tried. Spelled as in the index, which finds by it those that may be tried now. */
const DUE_AT = `coalesce(greatest(c.sync_due_at, case when ${IS_UNSYNCED} then null else c.sync_verify_at end), '-infinity')`;

/** Pending, and neither waiting nor leased. */
export const IS_DUE = `${IS_PENDING} and ${DUE_AT} <= now() and ${IS_NOT_LEASED}`;

/** The order within a priority and a project: the client that has waited longest comes first. */
export const DUE_FIRST = `${DUE_AT}, c.id`;

/** Since when the authorization server lacks something of an unsynced client: of a change that did not move `modified`, `drifted_at`. */
export const UNSYNCED_SINCE = `coalesce(c.drifted_at, c.modified)`;

/** Columns of a new client, and their values: `:applied` says that its server needs nothing, `:known` that it has the client already. */
export const NEW_COLUMNS = `
  revision, synced_revision, synced_at, sync_priority, unmanaged, imported_owner, server_created_at, server_updated_at,
  lease_token, lease_expires_at`;
export const NEW_VALUES = `
  1, case when :applied::boolean then 1 else 0 end, case when :applied::boolean or :known::boolean then now() end,
  ${SYNC_PRIORITIES.create}, :unmanaged::jsonb, :imported_owner::text, :server_created_at::timestamptz, :server_updated_at::timestamptz,
  :lease_token::uuid, case when :lease_token::uuid is not null then ${LEASE_ENDS} end`;

/** A client that is unsynced already keeps the more urgent of its two priorities: one message brings both changes. */
const atLeast = (priority: string): string =>
  `least(case when ${IS_UNSYNCED} then c.sync_priority end, ${priority})`;

/**
 * Every change of a client. `:applied`: the server needs nothing more.
 *
 * @param ends SQL: whether the change ends something
 */
export const changed = (ends: string): string => `
  revision = c.revision + 1,
  sync_priority = ${atLeast(`case when ${ends} then ${SYNC_PRIORITIES.end} else ${SYNC_PRIORITIES.edit} end`)},
  synced_revision = case when :applied::boolean then c.revision + 1 else c.synced_revision end,
  synced_at = case when :applied::boolean then now() else c.synced_at end,
  sync_attempts = 0, sync_due_at = null, sync_problem = null`;

/** Whether the writer takes the lease with the change: where others have something on its way, the change waits its turn. */
const TAKES_LEASE = `(:lease_token::uuid is not null and ${IS_AT_REST})`;

/** Comes with `changed` where the writer can bring the change at once, as `:lease_token` then says; null: it cannot. */
export const LEASED_WITH_CHANGE = `
  lease_token = case when ${TAKES_LEASE} then :lease_token::uuid else c.lease_token end,
  lease_expires_at = case when ${TAKES_LEASE} then ${LEASE_ENDS} else c.lease_expires_at end`;

/**
 * What a change ends: with `enabled`, or where its owner says so (`:end_tokens`), all that was issued, with `trusted` what no
 * person was asked for. By the clock and not by the start of the transaction, which may have waited since.
 */
export const ENDED_BY_CHANGE = `
  tokens_ended_at = case when :end_tokens::boolean or (c.enabled and not :enabled::boolean) then clock_timestamp()
    else c.tokens_ended_at end,
  trust_ended_at = case when c.trusted and not :trusted::boolean then clock_timestamp() else c.trust_ended_at end`;

/**
 * An imported client may be trusted where its `tenant` may have no trusted clients: what nobody was asked for before ends with
 * the import.
 */
export const NEW_TRUST_ENDED_AT = `case when :trusted::boolean and not tenant.trusted_clients_allowed then clock_timestamp() end`;

/** Comes with `changed` where `modified` stays, because nobody has changed the client itself. */
export const NOT_MODIFIED = `
  drifted_at = case when :applied::boolean then c.drifted_at else coalesce(c.drifted_at, now()) end`;

/** The organization `o` lets its clients be trusted, or no longer does. Comes with `changed`, while `modified` stays. */
export const TRUST_CHANGED = `
  trust_ended_at = case when o.trusted_clients_allowed then c.trust_ended_at else clock_timestamp() end,
  ${NOT_MODIFIED}`;

/** Whether the trust of a client is still to follow the permission that its organization `o` got or lost last. */
export const IS_TRUST_TO_CHANGE = `
  c.trusted and (o.trusted_clients_allowed or c.trust_ended_at is null or c.trust_ended_at < o.modified)`;

/** A change that settles, with `:accepts`, what is to become of a held client. */
export const SETTLED_BY_CHANGE = `
  doubt = case when c.doubt = 'held' and :accepts::boolean then 'accepted' else c.doubt end`;

export const LEASED = `
  lease_token = :lease_token, lease_expires_at = ${LEASE_ENDS}, sync_verify_at = ${VERIFY_AFTER_LEASE},
  server_created_at = ${CREATED_AT_AFTER_LEASE}, ${moved(COMES_TO_GATE)}`;

/** The lease is still that of the process which reports. */
export const IS_LEASED_BY_US = `c.lease_token = :lease_token`;

/**
 * The server has the revision `:revision` for certain. While a later one is missing there, `synced_at` stays: what that one
 * ended has to be told from what the server was told of.
 */
export const COMPLETED = `
  synced_revision = case when ${IS_AS_SENT} then :revision::integer else least(:revision::integer, c.revision - 1) end,
  synced_at = case when c.revision = :revision then now() else coalesce(c.synced_at, c.created) end,
  drifted_at = null, sync_attempts = 0, sync_due_at = null,
  sync_problem = case when c.revision = :revision then :problem::jsonb else c.sync_problem end,
  sync_verify_at = case when :is_verification::boolean then null else c.sync_verify_at end,
  doubt = null, server_created_at = :server_created_at, server_updated_at = :server_updated_at,
  ${CREDENTIAL_SENT}, ${NO_LEASE}`;

/** After completion: no call of before can still have an effect. */
export const IS_VERIFIED = `sync_verify_at is null`;

/** The server may not have the revision `:revision`. */
export const IS_SET_BACK = `
  sync_attempts = case when c.revision = :revision then :attempts::integer else c.sync_attempts end,
  sync_due_at = case when c.revision = :revision then now() + :delay::float8 * interval '1 s' else c.sync_due_at end,
  sync_problem = case when c.revision = :revision then coalesce(:problem::jsonb, c.sync_problem) else c.sync_problem end,
  sync_verify_at = case
    when :effect_unknown::boolean then ${FIRST_LOOK_ENDS}
    else c.sync_verify_at end,
  server_updated_at = case when :effect_unknown::boolean then null else c.server_updated_at end,
  server_created_at = case when :created_unknown::boolean then null else c.server_created_at end,
  doubt = case when c.revision = :revision then coalesce(:doubt, c.doubt) else c.doubt end,
  ${NO_LEASE}`;

/** The server's client was looked at and is as it should be: `seen` has what it says of itself. */
export const SEEN = `
  unmanaged = seen.unmanaged, server_created_at = seen.created_at, server_updated_at = seen.updated_at`;

/** The server was found not to have what it once had. */
export const DRIFTED = `
  synced_revision = c.revision - 1, drifted_at = now(), sync_priority = ${SYNC_PRIORITIES.create}`;

/** The server has to be told anew of what has not changed. Comes after all that tenants do. */
export const TOLD_ANEW = `
  synced_revision = least(c.synced_revision, c.revision - 1), drifted_at = coalesce(c.drifted_at, now()),
  sync_priority = ${atLeast(String(SYNC_PRIORITIES.create))}, sync_due_at = null`;

/** What the server was to have can never be brought to it: it is to be told anew, and the owner why (`:problem`). */
export const GIVEN_UP = `
  synced_revision = least(c.synced_revision, c.revision - 1), sync_priority = ${SYNC_PRIORITIES.end}, sync_due_at = null,
  sync_problem = :problem::jsonb,
  sync_verify_at = ${VERIFY_AFTER_LEASE}, server_created_at = ${CREATED_AT_AFTER_LEASE}, ${NO_LEASE}`;

/** What an owner was told is forgotten with the client, and so is what an operator had set of it. */
export const FORGOTTEN = `sync_problem = null, unmanaged = null, imported_owner = null`;

/** Whether the client is to get no tokens, because the server is ahead of this registry. */
export const IS_HELD = `c.doubt is not distinct from 'held'`;

/** What a server had of a client beside what the registry manages. */
export const UNMANAGED = `c.unmanaged`;

export const SEEN_LIST = `c.server_created_at, c.server_updated_at`;

export const SEEN_COLUMNS = { server_created_at: 'timestamptz', server_updated_at: 'timestamptz' } as const;
