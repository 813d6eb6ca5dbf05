import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { v4 } from 'uuid';
import { isUuid } from '../../lib/uuid.js';
import { PreparedStatement } from '../../database/prepared-statement.js';
import { IS_LEASED_BY_US, SYNC_PRIORITIES, type SeenClient } from '../../oauth-clients/model/sync-state.js';
import { SYNC_STATE_COLUMNS, type SyncState } from '../../oauth-clients/model/sync-status.js';
import {
  COMPLETE,
  COMPLETE_WITHOUT_SECRET,
  LEASE_MOST_URGENT,
  LEASE_NEXT_PROJECT,
  SET_BACK,
} from '../../oauth-clients/writes/sync.statements.js';
import type { Doubt, SyncProblem } from '../../oauth-clients/model/oauth-client.vocabulary.js';
import { InternalSecrets } from '../admin-api/internal-secrets.js';
import {
  LEASED_CLIENT_COLUMNS,
  LEASED_CLIENT_LIST,
  type LeasedClient,
} from '../../oauth-clients/model/leased-client.js';
import { REGISTRATION_JOIN } from '../../oauth-clients/model/registration.js';

/** What is written down of an attempt that brought Hydra to the revision. */
export interface Completion {
  readonly secretLost: boolean;
  readonly seen: SeenClient;
  /** What was set that is set for some clients only. */
  readonly sets: readonly string[];
  /** For the owner; null when nothing is wrong. */
  readonly problem: SyncProblem | null;
}

/** What is written down of an attempt that did not bring Hydra to the revision. */
export interface Setback {
  readonly attempts: number;
  /** Seconds until the next attempt. */
  readonly delay: number;
  readonly effectUnknown: boolean;
  /** Hydra may have made the client anew. */
  readonly createdUnknown?: boolean;
  /** What is the matter with Hydra's client; absent leaves it with what is known. */
  readonly doubt?: Doubt;
  /** Null leaves the owner with what was last said. */
  readonly problem: SyncProblem | null;
}

/** What is known of a client's secrets, ended ones included. */
export interface SecretHistory {
  /** Whether the secret in question is one of them. */
  readonly isKnown: boolean;
  /** Whether the client has ever had another one than it was made with. */
  readonly hasChanged: boolean;
}

const SECRET_HISTORY = new PreparedStatement<{ is_known: boolean; has_changed: boolean }>(
  'sync_secret_history',
  `select coalesce(bool_or(s.id::text = :secret_id), false) as is_known,
     coalesce(bool_or(s.revoked_at is not null or s.created > c.created), false) as has_changed
   from oauth_client_secrets s join oauth_clients c on c.id = s.oauth_client_id
   where s.oauth_client_id = :id`,
  { is_known: 'bool', has_changed: 'bool' },
);

const READ = new PreparedStatement<LeasedClient>(
  'sync_read',
  `select ${LEASED_CLIENT_LIST}
   from oauth_clients c ${REGISTRATION_JOIN}
   where c.id = :id and ${IS_LEASED_BY_US}`,
  LEASED_CLIENT_COLUMNS,
);

const STATE = new PreparedStatement<SyncState>(
  'sync_state',
  `select ${Object.keys(SYNC_STATE_COLUMNS).join(', ')} from oauth_clients where id = :id`,
  SYNC_STATE_COLUMNS,
);

/** Every fourth lease goes to the project whose turn it is, whatever is urgent elsewhere. */
const PROJECT_TURN_EVERY = 4;

const BEFORE_ALL_PROJECTS = '00000000-0000-0000-0000-000000000000';
const PRIORITY_NAMES = Object.keys(SYNC_PRIORITIES);

const afterOf = (priority: number): string => `after_${PRIORITY_NAMES[priority]}`;

/** Who brings which client to Hydra, and how far that got. Safe for any number of processes at once. */
@Injectable()
export class SyncStore {
  private leases = 0;
  /** The projects whose turn it was last, among all (`lastProject`) and by priority (`lastProjects`). */
  private lastProject = BEFORE_ALL_PROJECTS;
  private readonly lastProjects = Object.fromEntries(
    PRIORITY_NAMES.map((name) => [`after_${name}`, BEFORE_ALL_PROJECTS]),
  );

  constructor(
    private readonly pool: pg.Pool,
    private readonly secrets: InternalSecrets,
  ) {}

  /** The client whose turn it is. @returns null when none is due */
  async lease(): Promise<LeasedClient | null> {
    const lease_token = v4();
    const leased = await this.leaseFirst(lease_token);
    return leased ? this.read({ id: leased.id, lease_token }) : null;
  }

  /**
   * The most urgent work goes first, whosever it is; but every fourth time it is the next project's turn, so that no
   * project waits for all the urgent work of the others.
   */
  private async leaseFirst(lease_token: string): Promise<{ readonly id: string } | undefined> {
    const gate_key = this.secrets.gateKey;
    this.leases += 1;
    if (this.leases % PROJECT_TURN_EVERY === 0) {
      const leased = await LEASE_NEXT_PROJECT.row(this.pool, {
        after: this.lastProject,
        lease_token,
        gate_key,
      });
      this.lastProject = leased?.project_id ?? BEFORE_ALL_PROJECTS;
      return leased;
    }
    const leased = await LEASE_MOST_URGENT.row(this.pool, { ...this.lastProjects, lease_token, gate_key });
    if (leased) this.lastProjects[afterOf(leased.priority)] = leased.project_id;
    return leased;
  }

  /** The client as it is now; null when the lease is no longer ours. */
  async read({ id, lease_token }: Pick<LeasedClient, 'id' | 'lease_token'>): Promise<LeasedClient | null> {
    return (await READ.row(this.pool, { id, lease_token })) ?? null;
  }

  async stateOf(id: string): Promise<SyncState | null> {
    return (await STATE.row(this.pool, { id })) ?? null;
  }

  /** @param secretId as somebody has written it into Hydra */
  async secretHistory({ id }: LeasedClient, secretId: unknown): Promise<SecretHistory> {
    const named = typeof secretId === 'string' && isUuid(secretId) ? secretId : null;
    const history = await SECRET_HISTORY.row(this.pool, { id, secret_id: named });
    return { isKnown: history?.is_known === true, hasChanged: history?.has_changed === true };
  }

  /**
   * Writes down that Hydra has the leased revision.
   *
   * @returns null when the lease is no longer ours, so that nothing was written down
   */
  async complete(
    leased: LeasedClient,
    { secretLost, seen, sets, problem }: Completion,
  ): Promise<SyncState | null> {
    const isAboutSecret = secretLost || leased.sealed !== null;
    const state = await (isAboutSecret ? COMPLETE : COMPLETE_WITHOUT_SECRET).row(this.pool, {
      ...keysOf(leased),
      secret_id: leased.secret_id,
      is_verification: leased.is_verification,
      secret_lost: secretLost,
      problem: problem && JSON.stringify(problem),
      sent_mode: leased.mode,
      sent_key: leased.key,
      sent_sets: sets,
      server_created_at: seen.created_at,
      server_updated_at: seen.updated_at,
    });
    return state ?? null;
  }

  /**
   * Writes down that Hydra may not have the leased revision, and when to try again.
   *
   * @returns null when the lease is no longer ours, so that nothing was written down
   */
  async setBack(leased: LeasedClient, setback: Setback): Promise<SyncState | null> {
    const state = await SET_BACK.row(this.pool, {
      ...keysOf(leased),
      attempts: setback.attempts,
      delay: setback.delay,
      effect_unknown: setback.effectUnknown,
      created_unknown: setback.createdUnknown ?? false,
      doubt: setback.doubt ?? null,
      problem: setback.problem && JSON.stringify(setback.problem),
    });
    return state ?? null;
  }
}

const keysOf = ({ id, lease_token, revision }: LeasedClient): Record<string, unknown> => ({
  id,
  lease_token,
  revision,
});
