import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { BATCH, Cleanup } from '../../database/cleanup.js';
import { PreparedStatement } from '../../database/prepared.js';
import { SECRET_LOST } from './sync-outcome.js';

const EVERY_MS = 60 * 60_000;

/**
 * The client is left to be brought to Hydra without the secret, and with it gets one that nobody knows: Hydra must not go on
 * with the secret before. An attempt whose lease has ended can no longer report, and its calls may still have an effect.
 */
const GIVE_UP = new PreparedStatement(
  'lost_secrets_give_up',
  `with lost as (
     select c.id, s.id as secret_id from oauth_client_secrets s join oauth_clients c on c.id = s.oauth_client_id
     where s.sealed is not null and s.created < now() - interval '7 days'
       and (c.lease_expires_at is null or c.lease_expires_at <= now())
     order by s.created limit ${BATCH} for update of c, s skip locked
   ), erased as (
     update oauth_client_secrets s set sealed = null, revoked_at = now() from lost where s.id = lost.secret_id
   )
   update oauth_clients c set
     synced_revision = least(c.synced_revision, c.revision - 1), sync_due_at = null, sync_problem = :problem::jsonb,
     sync_verify_at = case when c.lease_token is null then c.sync_verify_at else now() + interval '30 s' end,
     lease_token = null, lease_expires_at = null
   from lost where c.id = lost.id`,
);

/** Ends the wait for Hydra to take a secret, and tells the client's owner: sealed secrets do not lie around for ever. */
@Injectable()
export class LostSecrets extends Cleanup {
  constructor(private readonly pool: pg.Pool) {
    super(EVERY_MS);
  }

  protected async removeBatch(): Promise<number> {
    const { rowCount } = await this.pool.query(GIVE_UP.with({ problem: JSON.stringify(SECRET_LOST) }));
    if (rowCount) this.logger.warn(`${rowCount} secrets have not reached Hydra in 7 days, and are erased.`);
    return rowCount ?? 0;
  }
}
