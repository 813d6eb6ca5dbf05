import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import pg from 'pg';
import { InternalSecrets } from '../admin-api/internal-secrets.js';
import { MOVE } from '../../oauth-clients/writes/sync.statements.js';
import { Reconciler } from './reconciler.js';

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

/**
 * At the start, moves clients to the token gate (TOKEN_GATE=enabled), and those that are there to the newest key of SECRETS_KEY.
 * Once and not ever again: while processes with an older list of keys run beside this one, they must not move them back and
 * forth. Clients that come to the gate later do so with their next lease.
 */
@Injectable()
export class GateMoves implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Sync');
  private running: Promise<void> | undefined;
  private isStopping = false;

  constructor(
    private readonly pool: pg.Pool,
    private readonly internal: InternalSecrets,
    private readonly reconciler: Reconciler,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.run().catch((error: unknown) => {
      this.logger.warn(`Clients are moved to the token gate with the next start: ${String(error)}`);
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    await this.running;
  }

  private async run(): Promise<void> {
    const gate_key = this.internal.gateKey;
    if (gate_key === null) return;
    let count = 0;
    for (let after: string | undefined = FIRST_ID; after !== undefined && !this.isStopping;) {
      const moved = await MOVE.rows(this.pool, { after, gate_key });
      this.reconciler.wake();
      count += moved.length;
      after = moved
        .map(({ id }) => id)
        .toSorted()
        .at(-1);
    }
    if (count > 0)
      this.logger.log(`${count} clients are moved to the token gate, or there to the newest key.`);
  }
}
