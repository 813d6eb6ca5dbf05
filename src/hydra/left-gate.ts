import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import pg from 'pg';
import { HydraConfig } from '../config/hydra-config.js';
import { IS_AT_GATE } from '../oauth-clients/model/server-credential.js';

const AT_GATE = `
  select count(*)::int as count from oauth_clients c
  where c.deleted_at is null and c.token_endpoint_auth_method <> 'none' and ${IS_AT_GATE}`;

/** The secrets of clients that came to the token gate work nowhere else: who turns it off must not find out by their tokens. */
@Injectable()
export class LeftGate implements OnApplicationBootstrap {
  private readonly logger = new Logger('Hydra');

  constructor(
    private readonly config: HydraConfig,
    private readonly pool: pg.Pool,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.publicUrl !== null) return;
    const { rows } = await this.pool.query<{ count: number }>(AT_GATE);
    const count = rows[0]?.count ?? 0;
    if (count === 0) return;
    this.logger.warn(
      `${count} clients get tokens through the token gate only, which this process does not serve: set HYDRA_PUBLIC_URL. ` +
        'To leave the gate, each of them needs a new secret (POST .../secrets).',
    );
  }
}
