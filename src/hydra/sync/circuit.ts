export interface CircuitOptions {
  /** Asks Hydra whether it answers: null when it does, else why it does not. Never rejects. */
  probe(this: void): Promise<string | null>;
  /** Called when the circuit opens: calls make no sense any more. */
  onOpen(this: void, reason: string): void;
  /** Called when one call may be tried, and when all may. */
  onMayCall(this: void): void;
  /** Called when Hydra works again. */
  onClose(this: void): void;
}

export interface TripFacts {
  /** How long Hydra asks to be left alone. */
  readonly retryAfterMs?: number;
  /** The failure may be about this one call only. The first time, Hydra is probed at once then. */
  readonly isPerhapsAlone?: boolean;
}

/** `half-open`: Hydra can be reached, and one call at a time finds out whether it works. */
type State = 'closed' | 'open' | 'half-open';

/** Milliseconds before the first probe, doubled each time that Hydra can be reached and a call fails all the same. */
const FIRST_PAUSE_MS = 1_000;
/** Hydra must be noticed within seconds of its return, whatever it did before. */
const LAST_PAUSE_MS = 3_000;

/**
 * A circuit breaker. While Hydra is away, or fails for all, one probe asks for all clients, instead of each of them
 * finding out for itself. A probe reads, and a Hydra that can be read need not take writes: so one attempt has to work
 * before all others go on.
 */
export class Circuit {
  private state: State = 'closed';
  private timer: NodeJS.Timeout | undefined;
  private stopped = false;
  /** How often the circuit has opened since anything has worked. */
  private trips = 0;
  private openUntil = 0;
  /** When it was last seen whether Hydra works. */
  private seenAt = -Infinity;

  constructor(private readonly options: CircuitOptions) {}

  get isOpen(): boolean {
    return this.state === 'open';
  }

  /** Whether as many calls as there are may be made, as far as is known. */
  get isClosed(): boolean {
    return this.state === 'closed';
  }

  /** Opens the circuit: a call has failed in a way in which any other may fail now. */
  trip(reason: string, { retryAfterMs = 0, isPerhapsAlone = false }: TripFacts = {}): void {
    if (this.stopped) return;
    this.seenAt = performance.now();
    this.openUntil = Math.max(this.openUntil, performance.now() + retryAfterMs);
    if (this.isOpen) return;
    const pause = this.trips === 0 && isPerhapsAlone ? 0 : pauseAfter(this.trips);
    this.trips++;
    const wasClosed = this.isClosed;
    this.state = 'open';
    if (wasClosed) this.options.onOpen(reason);
    this.probeIn(pause);
  }

  /** Notes that a call has worked. That closes a half-open circuit. */
  prove(): void {
    this.trips = 0;
    this.seenAt = performance.now();
    if (this.state === 'half-open') this.close();
  }

  /**
   * Asks Hydra when nothing was seen of it for this long. What nobody has asked for is not known: an idle service would
   * take Hydra for what it was once.
   */
  async probeAfter(idleMs: number): Promise<void> {
    const askedAt = performance.now();
    if (this.stopped || !this.isClosed || askedAt - this.seenAt < idleMs) return;
    this.seenAt = askedAt;
    const reason = await this.options.probe();
    // Whatever was seen during the probe is newer than its answer.
    if (reason !== null && this.isClosed && this.seenAt === askedAt) this.trip(reason);
  }

  /** Closes the circuit when nothing is due, so that no call could prove that Hydra works. */
  closeUntried(): void {
    if (this.state === 'half-open') this.close();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  private close(): void {
    this.state = 'closed';
    this.options.onClose();
    this.options.onMayCall();
  }

  private probeIn(ms: number): void {
    const delay = Math.max(ms, this.openUntil - performance.now());
    this.timer = setTimeout(() => void this.probe(), delay).unref();
  }

  private async probe(): Promise<void> {
    // Another call that was under way has been told to wait longer.
    if (performance.now() < this.openUntil) return this.probeIn(0);
    const reason = await this.options.probe();
    if (this.stopped) return;
    if (reason !== null) return this.probeIn(pauseAfter(0));
    this.state = 'half-open';
    this.options.onMayCall();
  }
}

/** The pause after so many failures, and up to a second more, so that several processes do not probe in step. */
const pauseAfter = (trips: number): number =>
  Math.min(FIRST_PAUSE_MS * 2 ** trips, LAST_PAUSE_MS) + Math.random() * 1_000;
