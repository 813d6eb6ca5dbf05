import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { setTimeout } from 'node:timers/promises';
import { v4 } from 'uuid';
import type { ClientWrite } from '../../authorization-server/authorization-server.js';
import { BringToHydra } from './bring-to-hydra.js';
import { Circuit } from './circuit.js';
import { HydraAdminApi } from '../admin-api/hydra-admin-api.js';
import { LoneFailures } from './lone-failures.js';
import { TokenBucket } from '../admin-api/token-bucket.js';
import { SyncMetrics } from './sync-metrics.js';
import type { SyncState } from '../../oauth-clients/model/sync-status.js';
import {
  leasedClientOf,
  type ChangedClient,
  type LeasedClient,
} from '../../oauth-clients/model/leased-client.js';
import { SyncStore } from './sync-store.js';
import { outcomeOf, type SyncOutcome } from './sync-outcome.js';

/** Milliseconds from one look to the next for work that nobody has announced with `wake`. */
const LOOK_EVERY_MS = 1_000;
/** Less than the lease: an attempt has stopped sending before another process may begin. */
const ATTEMPT_MS = 25_000;
/** Milliseconds without a call to Hydra after which it is probed. */
const IDLE_MS = 5_000;
const STOP_MS = 5_000;

type Listener = (state: SyncState | null) => void;

/**
 * Makes Hydra match the registry. It looks at states, not at a queue of events, so nothing can be lost, reordered or
 * poisoned, and ten quick edits are one call. Any number of processes may run it.
 */
@Injectable()
export class Reconciler implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Sync');
  private readonly circuit: Circuit;
  /** Something has become due since it was last looked. */
  private isWoken = false;
  /** The last look has found nothing due, and nobody has said since that something is. */
  private isNothingDue = false;
  private readonly loneFailures = new LoneFailures();
  private readonly running = new Set<Promise<void>>();
  /** The one run under way that finds out whether Hydra works again. */
  private trial: Promise<void> | null = null;
  private readonly listeners = new Map<string, Set<Listener>>();
  private readonly stopping = new AbortController();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly store: SyncStore,
    private readonly bring: BringToHydra,
    private readonly tokenBucket: TokenBucket,
    private readonly metrics: SyncMetrics,
    api: HydraAdminApi,
  ) {
    this.circuit = new Circuit({
      probe: () => api.probe(),
      onOpen: (reason) => this.onOpen(reason),
      onMayCall: () => this.fill(),
      onClose: () => this.onClose(),
    });
  }

  /** Whether it makes sense to wait for Hydra. */
  get isWorking(): boolean {
    return !this.circuit.isOpen && !this.stopping.signal.aborted;
  }

  /** Whether Hydra is known to work: the same as the gauge and the log say. */
  get isReachable(): boolean {
    return this.circuit.isClosed;
  }

  /** Hydra is asked first, so that it is known from the first request on whether it can be reached. */
  async onApplicationBootstrap(): Promise<void> {
    await this.circuit.probeAfter(0);
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS).unref();
    this.fill();
  }

  private look(): void {
    void this.circuit.probeAfter(IDLE_MS);
    // What has become due by time alone, or by another process, comes before what is changed from now on.
    this.isNothingDue = false;
    this.fill();
  }

  /** The attempts that are under way finish; what they leave undone is taken over by whoever runs next. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    this.stopping.abort();
    this.circuit.stop();
    this.releaseAll();
    await Promise.race([Promise.all(this.running), setTimeout(STOP_MS, undefined, { ref: false })]);
  }

  /**
   * Announces that a client has changed. It is brought when its project's turn comes: whoever writes most must not be
   * first each time.
   */
  wake(): void {
    this.isWoken = true;
    this.isNothingDue = false;
    this.fill();
  }

  /**
   * Makes a change of a client. Where nobody waits for a turn, the write takes the lease as well, and the client is
   * brought at once; else it is brought when its project's turn comes, as with `wake`.
   */
  async change(write: ClientWrite): Promise<ChangedClient | undefined> {
    if (!this.canBringAtOnce) {
      const changed = await write(null);
      if (changed) this.wake();
      return changed;
    }
    const leaseToken = v4();
    const deadline = performance.now() + ATTEMPT_MS;
    const writing = write(leaseToken);
    // It has its place among what is under way from now on. Whoever called learns of its failure.
    const bringing = writing.then(
      (changed) => (changed ? this.bringLeased(changed, leaseToken, deadline) : undefined),
      () => undefined,
    );
    void this.start(bringing);
    return writing;
  }

  private get canBringAtOnce(): boolean {
    const hasRoom = this.running.size < this.tokenBucket.concurrency;
    return (
      this.isNothingDue && hasRoom && this.isWorking && this.circuit.isClosed && this.tokenBucket.isReady
    );
  }

  private async bringLeased(changed: ChangedClient, lease_token: string, deadline: number): Promise<void> {
    const leased = leasedClientOf(changed) ?? (await this.store.read({ id: changed.id, lease_token }));
    if (leased) await this.attempt(leased, deadline);
    // An earlier change was on its way already, so this one has not taken the lease.
    else this.wake();
  }

  /** The next thing that is known of a client's sync; null when nothing is within the time, in milliseconds. */
  next(id: string, patience: number): Promise<SyncState | null> {
    return new Promise((resolve) => {
      const listener: Listener = (state) => {
        clearTimeout(timer);
        this.forget(id, listener);
        resolve(state);
      };
      const timer = globalThis.setTimeout(listener, patience, null);
      this.listeners.set(id, (this.listeners.get(id) ?? new Set()).add(listener));
    });
  }

  private fill(): void {
    if (!this.isWorking) return;
    const isTrial = !this.circuit.isClosed;
    if (isTrial ? this.trial !== null : this.running.size >= this.tokenBucket.concurrency) return;
    const run = this.start(this.run());
    if (isTrial) this.trial = run;
  }

  private start(work: Promise<void>): Promise<void> {
    const run = work
      .catch((error: unknown) => this.logger.warn(`Sync is interrupted: ${String(error)}`))
      .finally(() => {
        this.running.delete(run);
        if (this.trial === run) this.trial = null;
        // Somebody may have waited for the room.
        if (this.isWoken) this.fill();
      });
    this.running.add(run);
    return run;
  }

  /** Works until there is nothing left to do. */
  private async run(): Promise<void> {
    for (;;) {
      await this.tokenBucket.ready(this.stopping.signal);
      if (!this.isWorking) return;
      const startedAt = performance.now();
      this.isWoken = false;
      const leased = await this.store.lease();
      if (leased !== null) {
        // There may be more where this one comes from.
        this.fill();
        await this.attempt(leased, startedAt + ATTEMPT_MS);
      } else if (!this.isWoken) {
        this.isNothingDue = true;
        return this.circuit.closeUntried();
      }
    }
  }

  private async attempt(leased: LeasedClient, deadline: number): Promise<void> {
    const isCurrent = async (): Promise<boolean> => {
      const now = await this.store.read(leased);
      return now?.revision === leased.revision;
    };
    const historyOf = (secretId: unknown) => this.store.secretHistory(leased, secretId);
    const attempt = this.bring.run({ leased, deadline, isCurrent, historyOf });
    const outcome = await outcomeOf(attempt, leased, this.loneFailures);
    this.metrics.attempts.inc({ outcome: outcome.kind });
    const state = await this.writeDown(leased, outcome);
    for (const listener of this.listeners.get(leased.id) ?? []) listener(state);
    if (outcome.kind === 'brought' || outcome.isProof) this.circuit.prove();
    else if (outcome.trip) this.circuit.trip(outcome.reason, outcome.trip);
  }

  private writeDown(leased: LeasedClient, outcome: SyncOutcome): Promise<SyncState | null> {
    if (outcome.kind === 'brought') {
      if (outcome.warning) this.logger.warn(`Client ${leased.client_id} ${outcome.warning}.`);
      return this.store.complete(leased, outcome);
    }
    const line = `Client ${leased.client_id} at revision ${leased.revision}: ${outcome.reason}`;
    if (outcome.kind !== 'failed') this.logger.warn(line);
    else this.logger.debug(line);
    return this.store.setBack(leased, outcome.setback);
  }

  private onOpen(reason: string): void {
    this.logger.warn(
      `Hydra is out of reach (HYDRA_ADMIN_URL): ${reason}. Changes are kept and brought to it when it is back.`,
    );
    this.metrics.circuitOpen.set(1);
    this.releaseAll();
  }

  private onClose(): void {
    this.logger.log('Hydra is reachable.');
    this.metrics.circuitOpen.set(0);
  }

  private releaseAll(): void {
    for (const listeners of this.listeners.values()) for (const listener of listeners) listener(null);
  }

  private forget(id: string, listener: Listener): void {
    const listeners = this.listeners.get(id);
    listeners?.delete(listener);
    if (listeners?.size === 0) this.listeners.delete(id);
  }
}
