import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { BATCH, Cleanup } from '../database/cleanup.js';
import { NO_COLUMNS, PreparedStatement } from '../database/prepared-statement.js';

const EVERY_MS = 20_000;

/** How long the secret of an answer can be shown again. */
export const REPLAY_MINUTES = 10;

/** Whether the secret of the answer `k` may still be shown. */
export const IS_REPLAYABLE = `k.created > now() - interval '${REPLAY_MINUTES} minutes'`;

const ERASE_SECRETS = new PreparedStatement(
  'idempotency_keys_erase_secrets',
  `with due as (
     select k.id from idempotency_keys k where k.sealed is not null and not ${IS_REPLAYABLE}
     order by k.created limit ${BATCH} for update skip locked
   )
   update idempotency_keys k set sealed = null from due where k.id = due.id`,
  NO_COLUMNS,
);

const DELETE_OLD = new PreparedStatement(
  'idempotency_keys_delete_old',
  `with due as (
     select k.id from idempotency_keys k where k.created < now() - interval '24 hours'
     order by k.created limit ${BATCH} for update skip locked
   )
   delete from idempotency_keys k using due where k.id = due.id`,
  NO_COLUMNS,
);

/** Forgets answers after 24 hours, and their secrets after 10 minutes. */
@Injectable()
export class IdempotencySweep extends Cleanup {
  constructor(private readonly pool: pg.Pool) {
    super(EVERY_MS);
  }

  protected async removeBatch(): Promise<number> {
    const erased = await ERASE_SECRETS.count(this.pool, {});
    const deleted = await DELETE_OLD.count(this.pool, {});
    return Math.max(erased, deleted);
  }
}
