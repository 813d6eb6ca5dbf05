import type pg from 'pg';
import type { World } from './world.js';

/** Milliseconds for which something must have stayed as it is before the clock is moved for it. */
const STEADY_MS = 1_000;
/** Milliseconds without a call of Hydra after which nobody can be in the middle of an attempt while nothing fails. */
const IDLE_MS = 2_000;

interface WaitingRow {
  readonly id: string;
  readonly client_id: string;
  /** `sync_verify_at` as PostgreSQL writes it; null also once it has passed. */
  readonly verify_at: string | null;
  readonly lease_token: string | null;
}

/**
 * Stands in for the half minutes that the registry waits: before it looks again what became of a call without an answer, and
 * before it takes over from a process that is gone. It shortens a wait only when what is waited for has happened.
 */
export class PassingTime {
  private seen = new Map<string, number>();

  constructor(private readonly world: World) {}

  /** Moves the verification of clients forward whose calls have all had their effect. May be called while all fails. */
  async settleCalls(): Promise<void> {
    for (const row of await this.steady(({ verify_at }) => verify_at, STEADY_MS)) {
      if (!this.world.hydra.hasSettled(row.client_id)) continue;
      await this.world.pool.query(
        `update oauth_clients set sync_verify_at = now(),
           sync_due_at = case when doubt = 'raised' then null else sync_due_at end
         where id = $1 and sync_verify_at = $2::timestamptz`,
        [row.id, row.verify_at],
      );
    }
  }

  /** Ends leases whose holder is gone. Only when nothing fails any more, so that an attempt ends as soon as it begins. */
  async endIdleLeases(): Promise<void> {
    const { hydra, history, pool } = this.world;
    for (const row of await this.steady(({ lease_token }) => lease_token, IDLE_MS)) {
      const isIdle = history.now() - hydra.lastCallAt(row.client_id) > IDLE_MS;
      if (!isIdle || !hydra.hasSettled(row.client_id)) continue;
      await pool.query(
        'update oauth_clients set lease_expires_at = now() where id = $1 and lease_token = $2',
        [row.id, row.lease_token],
      );
    }
  }

  /** Ends the pauses between attempts, but for the one before a second look. */
  async endPauses(): Promise<void> {
    await this.world.pool.query(
      `update oauth_clients set sync_due_at = null where sync_due_at > now() and doubt is distinct from 'raised'`,
    );
  }

  /** Rows where this has been the same for a while. */
  private async steady(aspect: (row: WaitingRow) => string | null, ms: number): Promise<WaitingRow[]> {
    const { rows } = await this.world.pool.query<WaitingRow>(
      `select id, client_id, lease_token, case when sync_verify_at > now() then sync_verify_at::text end as verify_at
       from oauth_clients where sync_verify_at is not null or lease_token is not null`,
    );
    const now = performance.now();
    const keyOf = (row: WaitingRow): string => `${row.id} ${aspect(row)}`;
    const relevant = rows.filter((row) => aspect(row) !== null);
    return relevant.filter((row) => {
      const key = keyOf(row);
      const since = this.seen.get(key) ?? now;
      this.seen.set(key, since);
      return now - since >= ms;
    });
  }
}

/** Ends all leases, when no process lives that could hold one. */
export async function expireLeases(pool: pg.Pool): Promise<void> {
  await pool.query('update oauth_clients set lease_expires_at = now() where lease_token is not null');
}
