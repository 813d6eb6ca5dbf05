import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { MARK } from '../admin-api/hydra-client.js';
import { LossSigns } from '../admin-api/loss-signs.js';
import { DriftPass } from './drift-pass.js';
import { DriftReport, type Finding } from './drift-report.js';
import { ComparedClients } from './compared-clients.js';

const EVERY_MS = 10_000;
/** Milliseconds at least from one look to the next, however many signs there are. */
const NOT_BEFORE_MS = 2_000;
/**
 * Clients that are looked for at random: enough to tell an accident of one from a Hydra that has lost all. Those that were
 * changed last come beside them, which tell of a restore.
 */
const SAMPLE = 8;

/**
 * Notices within seconds that Hydra has lost its clients, or that it or the registry was put back to an earlier state, and has
 * all compared then. By itself the next pass is minutes away, in which none of them would get a token, or old secrets work.
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
    const found: Finding[] = [];
    for await (const { findings } of this.report.ask(await this.clients.sample(SAMPLE)))
      found.push(...findings);
    const looked = found.filter(({ kind }) => kind !== 'pending');
    const sign = signIn(looked);
    if (sign === null || this.isStopping) return;
    this.logger.warn(`${sign} of ${looked.length} clients that were looked for. All are compared now.`);
    await this.pass.run();
  }
}

function signIn(looked: readonly Finding[]): string | null {
  const missing = looked.filter(({ kind }) => kind === 'missing').length;
  if (missing > 0 && missing * 2 >= looked.length) return `Hydra has lost ${missing}`;
  const putBack = looked.filter(isOfAnotherRevision).length;
  return putBack > 0 ? `Hydra or the registry was put back: Hydra has another state of ${putBack}` : null;
}

/** Whether the mark is of an earlier or later state: an operator's own edit takes it away, or leaves it as it is. */
const isOfAnotherRevision = (finding: Finding): boolean =>
  finding.kind === 'different' &&
  finding.differences.some(({ member, found }) => member === REVISION && typeof found === 'number');

const REVISION = `metadata.${MARK}.revision`;
