import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import pg from 'pg';

const EVERY_MS = 5 * 60_000;
/** Rows of one delete: small ones keep locks short. */
const BATCH = 1_000;

const DELETE_EXPIRED = `
  delete from authorization_server_artifacts where ctid = any(array(
    select ctid from authorization_server_artifacts where expires_at < now() limit ${BATCH} for update skip locked
  ))`;

/** Removes what has expired. Any number of nodes may do it. */
@Injectable()
export class ArtifactCleanup implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(ArtifactCleanup.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly pool: pg.Pool) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.removeExpired().catch((error: unknown) =>
        this.logger.warn(`Expired sessions and tokens could not be removed: ${String(error)}`),
      );
    }, EVERY_MS).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  async removeExpired(): Promise<void> {
    let removed: number | null;
    do removed = (await this.pool.query(DELETE_EXPIRED)).rowCount;
    while (removed === BATCH);
  }
}
