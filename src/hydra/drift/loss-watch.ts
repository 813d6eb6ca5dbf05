import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { LossSigns } from '../admin-api/loss-signs.js';
import { DriftPass } from './drift-pass.js';
import { DriftReport } from './drift-report.js';
import { ComparedClients } from './compared-clients.js';

const EVERY_MS = 10_000;
/** Milliseconds at least from one look to the next, however many signs there are. */
const NOT_BEFORE_MS = 2_000;
/** Clients that are looked for, at random: enough to tell an accident of one from a Hydra that has lost all. */
const SAMPLE = 8;

/**
 * Notices within seconds that Hydra has lost its clients, and has all compared then. By itself the next pass is minutes away,
 * in which none of them would get a token.
 */
@Injectable()
export class LossWatch implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Drift');
  private timer: NodeJS.Timeout | undefined;
  private soon: NodeJS.Timeout | undefined;
  private lookedAt = -Infinity;
  private running: Promise<void> | undefined;
  private isStopping = false;

  constructor(
    private readonly report: DriftReport,
    private readonly clients: ComparedClients,
    private readonly pass: DriftPass,
    private readonly signs: LossSigns,
  ) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => this.look(), EVERY_MS).unref();
    this.signs.listen(() => this.lookSoon());
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.isStopping = true;
    clearInterval(this.timer);
    clearTimeout(this.soon);
    await this.running;
  }

  private lookSoon(): void {
    const wait = Math.max(0, this.lookedAt + NOT_BEFORE_MS - performance.now());
    this.soon ??= setTimeout(() => {
      this.soon = undefined;
      this.look();
    }, wait).unref();
  }

  private look(): void {
    if (this.isStopping || this.running) return;
    this.running = this.lookOnce()
      // An outage of Hydra or of the database is reported elsewhere.
      .catch(() => undefined)
      .finally(() => {
        this.lookedAt = performance.now();
        this.running = undefined;
      });
  }

  private async lookOnce(): Promise<void> {
    const kinds: string[] = [];
    for await (const { findings } of this.report.ask(await this.clients.sample(SAMPLE)))
      kinds.push(...findings.map(({ kind }) => kind));
    const looked = kinds.filter((kind) => kind !== 'pending').length;
    const missing = kinds.filter((kind) => kind === 'missing').length;
    if (missing === 0 || missing * 2 < looked || this.isStopping) return;
    this.logger.warn(
      `Hydra has lost ${missing} of ${looked} clients that were looked for. All are compared now.`,
    );
    await this.pass.run();
  }
}
