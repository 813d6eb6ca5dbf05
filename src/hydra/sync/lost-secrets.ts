import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { Cleanup } from '../../database/cleanup.js';
import { GIVE_UP_SECRETS } from '../../oauth-clients/writes/sync.statements.js';
import { SECRET_LOST } from './sync-outcome.js';

const EVERY_MS = 60 * 60_000;

/**
 * Gives up secrets that Hydra has not taken in 7 days, and tells the client's owner: sealed secrets are not kept for
 * ever.
 */
@Injectable()
export class LostSecrets extends Cleanup {
  constructor(private readonly pool: pg.Pool) {
    super(EVERY_MS);
  }

  protected async removeBatch(): Promise<number> {
    const count = await GIVE_UP_SECRETS.count(this.pool, { problem: JSON.stringify(SECRET_LOST) });
    if (count > 0) this.logger.warn(`${count} secrets have not reached Hydra in 7 days, and are erased.`);
    return count;
  }
}
