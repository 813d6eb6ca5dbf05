export interface CircuitOptions {
  /** Asks Hydra whether it is back. Never throws. */
  isReachable(this: void): Promise<boolean>;
  /** Called each time it turns out that calls make sense again. */
  onClose(this: void): void;
  /** Called each time it turns out that they do not. */
  onOpen(this: void, reason: string): void;
}

/** Between two probes; plus up to as much again, so that several nodes do not knock in step. */
const PROBE_EVERY_MS = 1_000;

/** While Hydra is out of reach one probe asks for all clients, instead of each of them finding out for itself. */
export class Circuit {
  private timer: NodeJS.Timeout | undefined;
  private open = false;
  private stopped = false;

  constructor(private readonly options: CircuitOptions) {}

  get isOpen(): boolean {
    return this.open;
  }

  /** @param delayMs before the first probe: none where only one call is known to have failed */
  trip(reason: string, delayMs = probeDelay()): void {
    if (this.open || this.stopped) return;
    this.open = true;
    this.options.onOpen(reason);
    this.probeIn(delayMs);
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private probeIn(delayMs: number): void {
    this.timer = setTimeout(() => void this.probe(), delayMs).unref();
  }

  private async probe(): Promise<void> {
    const isBack = await this.options.isReachable();
    if (this.stopped) return;
    if (!isBack) return this.probeIn(probeDelay());
    this.open = false;
    this.options.onClose();
  }
}

const probeDelay = (): number => PROBE_EVERY_MS * (1 + Math.random());
