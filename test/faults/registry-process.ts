import { setTimeout as delay } from 'node:timers/promises';
import type { ApiClient } from '../support/api-client.js';
import { ServiceProcess } from '../support/service-process.js';

/** Milliseconds for which a start is tried again, as a supervisor would: the database may be away. */
const START_PATIENCE_MS = 60_000;
/** Milliseconds after which a start counts as hanging: many times what it takes. */
const START_MS = 20_000;

/** A process of the registry that is killed and started again. */
export class RegistryProcess {
  /** Exits that nobody asked for. */
  readonly crashes: string[] = [];
  private readonly lives: ServiceProcess[] = [];
  private isServing = false;
  private isRetired = false;
  private starting: Promise<void> = Promise.resolve();

  constructor(
    readonly name: string,
    private readonly env: Record<string, string>,
  ) {}

  get isUp(): boolean {
    return this.isServing;
  }

  /** The API of the process that runs, or of the last one while none does. */
  get api(): ApiClient {
    const life = this.lives.at(-1);
    if (!life) throw new Error(`${this.name} has never been started`);
    return life.api;
  }

  /** Returns when it serves. */
  start(): Promise<void> {
    this.starting = this.startAnyhow();
    // Whoever started it need not be the one who waits for it.
    this.starting.catch(() => undefined);
    return this.settled();
  }

  /** Returns when it serves, or at once when it is not about to. */
  settled(): Promise<void> {
    return this.starting;
  }

  /** SIGKILL. Returns when the process is gone. */
  async kill(): Promise<void> {
    this.isServing = false;
    await this.lives.at(-1)?.stop('SIGKILL');
  }

  /** Kills it for good, also while it is about to start. */
  async retire(): Promise<void> {
    this.isRetired = true;
    await this.kill();
    await this.settled().catch(() => undefined);
    await this.kill();
  }

  /** Log lines of all its lives. */
  linesAbout(text: string): string[] {
    return this.lives.flatMap(({ stdout }) => stdout.split('\n')).filter((line) => line.includes(text));
  }

  private async startAnyhow(): Promise<void> {
    const end = performance.now() + START_PATIENCE_MS;
    for (let isUp = await this.tryToStart(); !isUp && !this.isRetired; isUp = await this.tryToStart()) {
      if (performance.now() > end)
        throw new Error(`${this.name} does not start: ${this.lives.at(-1)?.stderr}`);
      await delay(100);
    }
  }

  private async tryToStart(): Promise<boolean> {
    const life = await ServiceProcess.launch(this.env);
    const isReady = await Promise.race([
      life.ready().then(
        () => true,
        () => false,
      ),
      delay(START_MS, false, { ref: false }),
    ]);
    if (!isReady) life.signal('SIGKILL');
    this.lives.push(life);
    this.isServing = isReady;
    if (isReady) void this.watch(life);
    return isReady;
  }

  private async watch(life: ServiceProcess): Promise<void> {
    const { code, signal } = await life.ended;
    if (!this.isServing || this.lives.at(-1) !== life) return;
    this.isServing = false;
    this.crashes.push(`${this.name} ended by itself (${code ?? signal}): ${life.stderr}`);
  }
}
