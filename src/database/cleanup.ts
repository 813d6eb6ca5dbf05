import { Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';

/** Rows that one statement removes at most: small batches keep locks short. */
export const BATCH = 500;

/** A job that removes rows from the database from time to time. Any number of processes may run it at once. */
export abstract class Cleanup implements OnApplicationBootstrap, BeforeApplicationShutdown {
  protected readonly logger = new Logger(this.constructor.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly everyMs: number) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.run().catch((error: unknown) => this.logger.warn(`It has to wait: ${String(error)}`));
    }, this.everyMs).unref();
  }

  beforeApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Removes all that is due. */
  async run(): Promise<void> {
    while ((await this.removeBatch()) === BATCH);
  }

  /** @returns how many rows were due: as many as a batch holds, when there may be more */
  protected abstract removeBatch(): Promise<number>;
}
