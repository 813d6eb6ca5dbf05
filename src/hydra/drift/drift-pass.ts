import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import pg from 'pg';
import { DriftMetrics } from './drift-metrics.js';
import { withAdvisoryLock } from './advisory-lock.js';
import { differ } from '../admin-api/seen-client.js';
import { forgetOrphans, noteOrphans } from '../standings/orphans.js';
import {
  isDrift,
  DriftReport,
  type EqualFinding,
  type Finding,
  type DriftReportStep,
} from './drift-report.js';
import { ComparedClients } from './compared-clients.js';
import { untilAborted } from '../../lib/until-aborted.js';

const FIRST_AFTER_MS = 30_000;
const EVERY_MS = 10 * 60_000;
/** Lines of the log that one pass may fill with single clients. */
const MAX_LINES = 20;

/**
 * Compares all of Hydra with the registry from time to time. It never writes to Hydra: a client that is not as it should
 * be becomes unsynced, so that the reconciler brings Hydra to the registry's state. Clients of others are left alone; a
 * client with the mark of this registry, which does not have it, is noted as an orphan.
 */
@Injectable()
export class DriftPass implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Drift');
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<unknown> | undefined;

  constructor(
    private readonly report: DriftReport,
    private readonly clients: ComparedClients,
    private readonly metrics: DriftMetrics,
    private readonly pool: pg.Pool,
  ) {}

  onApplicationBootstrap(): void {
    this.running = this.endWithdrawnScopes().finally(() => {
      if (!this.stopping.signal.aborted) this.runIn(FIRST_AFTER_MS);
    });
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearTimeout(this.timer);
    this.stopping.abort();
    await this.running;
  }

  /**
   * One pass. Never throws.
   *
   * @returns false when another one is under way, here or in another process
   */
  async run(): Promise<boolean> {
    try {
      return await withAdvisoryLock(this.pool, () => this.pass());
    } catch (error) {
      if (this.stopping.signal.aborted) return true;
      this.metrics.passes.inc({ outcome: 'failed' });
      this.logger.warn(`Hydra could not be compared with the registry: ${String(error)}`);
      return true;
    }
  }

  /** Takes scopes from clients that the configuration has withdrawn, without waiting for the first pass. */
  private async endWithdrawnScopes(): Promise<void> {
    try {
      for await (const step of untilAborted(this.report.withdrawn(), this.stopping.signal))
        await this.repair(step);
    } catch (error) {
      if (this.stopping.signal.aborted) return;
      this.logger.warn(
        `Scopes that are no longer assignable are taken from Hydra with the next pass: ${String(error)}`,
      );
    }
  }

  private runIn(ms: number): void {
    this.timer = setTimeout(() => {
      this.running = this.run().finally(() => {
        if (!this.stopping.signal.aborted) this.runIn(EVERY_MS);
      });
    }, ms).unref();
  }

  private async pass(): Promise<void> {
    const log = new PassLog(this.logger);
    const begin = await this.clients.now();
    let orphans = 0;
    for await (const step of untilAborted(this.report.run(), this.stopping.signal)) {
      await this.repair(step);
      await this.keepNews(step);
      orphans += await this.keepOrphans(step);
      for (const finding of step.findings) log.note(finding);
    }
    await forgetOrphans(this.pool, begin);
    log.close();
    this.metrics.completed({ orphans });
  }

  private async keepNews({ findings, moment }: DriftReportStep): Promise<void> {
    const news = findings.flatMap((finding) => (finding.kind === 'equal' ? (finding.news ?? []) : []));
    if (news.length > 0) await this.clients.noteSeen(news, moment);
  }

  /**
   * Notes the orphans, which get no tokens.
   *
   * @returns how many there are
   */
  private async keepOrphans({ findings, moment }: DriftReportStep): Promise<number> {
    const clientIds = findings.flatMap((finding) => (finding.kind === 'orphan' ? finding.clientId : []));
    if (clientIds.length > 0) await noteOrphans(this.pool, clientIds, moment);
    return clientIds.length;
  }

  private async repair({ findings, moment }: DriftReportStep): Promise<void> {
    const drifted = findings.filter(isDrift);
    if (drifted.length === 0) return;
    await this.clients.markUnsynced(
      drifted.map(({ client }) => client),
      moment,
    );
    for (const { kind } of drifted) this.metrics.drifted.inc({ kind });
  }
}

/** Names the first few clients, and counts the rest: all of Hydra may have drifted. */
class PassLog {
  private lines = 0;

  constructor(private readonly logger: Logger) {}

  note(finding: Finding): void {
    const line = lineFor(finding);
    if (line !== null && ++this.lines <= MAX_LINES) this.logger.warn(line);
  }

  close(): void {
    const more = this.lines - MAX_LINES;
    if (more > 0) this.logger.warn(`And ${more} more. npm run sync:check prints all.`);
  }
}

const MAX_MEMBERS = 200;

function lineFor(finding: Finding): string | null {
  if (finding.kind === 'orphan') {
    return `Hydra has a client ${JSON.stringify(finding.clientId)} with the mark of this registry, which has none. It gets no tokens until it is imported or deleted.`;
  }
  if (finding.kind === 'equal') return lineForNews(finding);
  if (!isDrift(finding)) return null;
  const { kind, client, differences } = finding;
  const members = differences.map(({ member }) => member).join(', ');
  const what = {
    different: `has other values in Hydra (${members.slice(0, MAX_MEMBERS)})`,
    missing: 'is not in Hydra',
    undeleted: 'is deleted, and lives on in Hydra',
  };
  return `Client ${client.client_id} ${what[kind]}. Hydra is brought to the registry's state again.`;
}

/**
 * The line for a client that somebody else has written in Hydra: another secret may have been set, which Hydra shows to
 * nobody.
 */
function lineForNews({ client, news }: EqualFinding): string | null {
  const { server_updated_at: known } = client;
  if (!news?.updated_at || !known || !differ(news.updated_at, known)) return null;
  return `Client ${client.client_id} was written in Hydra past the registry, at ${news.updated_at.toISOString()}. What the registry manages of it is as it should be.`;
}
