import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { v4 } from 'uuid';
import { PreparedStatement } from '../../database/prepared.js';
import type { SyncProblem } from '../../oauth-clients/model/oauth-client.vocabulary.js';
import { REGISTRATION_COLUMNS, REGISTRATION_JOIN, type Registration } from '../admin-api/registration.js';

/** One client that this process alone may bring to Hydra, until the lease ends. */
export interface Claim extends Registration {
  readonly lease_token: string;
  readonly synced_revision: number;
  readonly sync_attempts: number;
  /** Hydra has never been known to have it. */
  readonly is_new: boolean;
  /** An earlier attempt had an unknown effect, and by now has had it: look before anything is believed. */
  readonly is_verification: boolean;
}

export interface SyncState {
  readonly revision: number;
  readonly synced_revision: number;
  readonly sync_problem: SyncProblem | null;
}

/** What is written down of an attempt that did not bring Hydra to the revision. */
export interface Setback {
  readonly attempts: number;
  /** Seconds until the next attempt. */
  readonly delay: number;
  readonly effectUnknown: boolean;
  /** Null leaves the owner with what was last said. */
  readonly problem: SyncProblem | null;
}

/** Seconds. Longer than an attempt may take, so that it has ended when another begins. */
const LEASE = 30;
/** Seconds after which a call that was sent no longer has an effect. */
const SETTLES_IN = 30;

const IS_DUE = `
  (synced_revision < revision or sync_verify_at is not null)
  and (synced_revision < revision or sync_verify_at <= now())
  and (sync_due_at is null or sync_due_at <= now())
  and (lease_expires_at is null or lease_expires_at <= now())`;

/**
 * Takes the lease only. The registration is read by a statement of its own: here the row could be newer than the statement's
 * snapshot, and its secret would not be. A lease taken over from another process leaves the effect of its calls unknown.
 */
const claim = (which: string): string => `
  update oauth_clients c set
    lease_token = :lease_token, lease_expires_at = now() + interval '${LEASE} s',
    sync_verify_at = case when c.lease_token is null then c.sync_verify_at else now() + interval '${SETTLES_IN} s' end
  where c.id = (
    select id from oauth_clients where ${which} and ${IS_DUE}
    order by sync_due_at nulls first, id limit 1 for update skip locked
  )
  returning c.id`;

const CLAIM_ANY = new PreparedStatement('sync_claim_any', claim('true'));
const CLAIM_ONE = new PreparedStatement('sync_claim_one', claim('id = :id'));

const READ = new PreparedStatement(
  'sync_read',
  `select ${REGISTRATION_COLUMNS}, c.lease_token, c.synced_revision,
     c.sync_attempts, c.synced_at is null as is_new, coalesce(c.sync_verify_at <= now(), false) as is_verification
   from oauth_clients c ${REGISTRATION_JOIN}
   where c.id = :id and c.lease_token = :lease_token`,
);

const STATE = new PreparedStatement(
  'sync_state',
  `select revision, synced_revision, sync_problem from oauth_clients where id = :id`,
);

/** A secret is forgotten here once Hydra has it for certain, and revoked where nobody will ever have it. */
const COMPLETE = new PreparedStatement(
  'sync_complete',
  `with done as (
     update oauth_clients c set
       synced_revision = :revision, synced_at = now(), drifted_at = null, sync_attempts = 0, sync_due_at = null,
       sync_problem = case when c.revision = :revision then :problem::jsonb else c.sync_problem end,
       sync_verify_at = case when :is_verification::boolean then null else c.sync_verify_at end,
       lease_token = null, lease_expires_at = null
     where c.id = :id and c.lease_token = :lease_token
     returning c.*
   ), forgotten as (
     update oauth_client_secrets s set sealed = null from done
     where s.id = :secret_id::uuid and s.sealed is not null and done.sync_verify_at is null and not :secret_lost::boolean
   ), lost as (
     update oauth_client_secrets s set sealed = null, revoked_at = now() from done
     where s.id = :secret_id::uuid and s.revoked_at is null and :secret_lost::boolean
   )
   select revision, synced_revision, sync_problem from done`,
);

const SET_BACK = new PreparedStatement(
  'sync_set_back',
  `update oauth_clients c set
     sync_attempts = case when c.revision = :revision then :attempts::integer else c.sync_attempts end,
     sync_due_at = case when c.revision = :revision then now() + :delay::float8 * interval '1 s' else c.sync_due_at end,
     sync_problem = case when c.revision = :revision then coalesce(:problem::jsonb, c.sync_problem) else c.sync_problem end,
     sync_verify_at = case when :effect_unknown::boolean then now() + interval '${SETTLES_IN} s' else c.sync_verify_at end,
     lease_token = null, lease_expires_at = null
   where c.id = :id and c.lease_token = :lease_token
   returning revision, synced_revision, sync_problem as sync_problem`,
);

/** Who brings which client to Hydra, and how far that got. Safe for any number of processes at once. */
@Injectable()
export class SyncStore {
  constructor(private readonly pool: pg.Pool) {}

  /** @param id only this one; any that is due if null. @returns null when there is none to be had */
  async claim(id: string | null): Promise<Claim | null> {
    const lease_token = v4();
    const statement = id === null ? CLAIM_ANY : CLAIM_ONE;
    const { rows } = await this.pool.query<{ id: string }>(statement.with({ id, lease_token }));
    return rows[0] ? this.read({ id: rows[0].id, lease_token }) : null;
  }

  /** The client as it is now; null when the lease is no longer ours. */
  async read({ id, lease_token }: Pick<Claim, 'id' | 'lease_token'>): Promise<Claim | null> {
    const { rows } = await this.pool.query<Claim>(READ.with({ id, lease_token }));
    return rows[0] ?? null;
  }

  async stateOf(id: string): Promise<SyncState | null> {
    const { rows } = await this.pool.query<SyncState>(STATE.with({ id }));
    return rows[0] ?? null;
  }

  /** Hydra has the claimed revision. @returns null when the lease is no longer ours, so that nothing was written down */
  async complete(
    claim: Claim,
    { secretLost, problem }: { secretLost: boolean; problem: SyncProblem | null },
  ): Promise<SyncState | null> {
    const { rows } = await this.pool.query<SyncState>(
      COMPLETE.with({
        ...keysOf(claim),
        secret_id: claim.secret_id,
        is_verification: claim.is_verification,
        secret_lost: secretLost,
        problem: problem && JSON.stringify(problem),
      }),
    );
    return rows[0] ?? null;
  }

  /** Hydra may not have it. @returns null when the lease is no longer ours, so that nothing was written down */
  async setBack(claim: Claim, setback: Setback): Promise<SyncState | null> {
    const { rows } = await this.pool.query<SyncState>(
      SET_BACK.with({
        ...keysOf(claim),
        attempts: setback.attempts,
        delay: setback.delay,
        effect_unknown: setback.effectUnknown,
        problem: setback.problem && JSON.stringify(setback.problem),
      }),
    );
    return rows[0] ?? null;
  }
}

const keysOf = ({ id, lease_token, revision }: Claim): Record<string, unknown> => ({
  id,
  lease_token,
  revision,
});
