import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import pg from 'pg';
import { HydraConfig } from '../config/hydra-config.js';

const UNENFORCED = `
  select count(*)::int as count from oauth_clients
  where deleted_at is null and pkce_required and token_endpoint_auth_method <> 'none'`;

/** Clients that were promised PKCE while the gate stood before Hydra must not lose it in silence. */
@Injectable()
export class UnenforcedPkce implements OnApplicationBootstrap {
  private readonly logger = new Logger('Hydra');

  constructor(
    private readonly config: HydraConfig,
    private readonly pool: pg.Pool,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    if (this.config.authorizeGate) return;
    const { rows } = await this.pool.query<{ count: number }>(UNENFORCED);
    const count = rows[0]?.count ?? 0;
    if (count === 0) return;
    this.logger.warn(
      `${count} clients with a secret require PKCE, which nobody enforces: put the gate before Hydra and set AUTHORIZE_GATE=enabled.`,
    );
  }
}
