import { BoundedMap } from '../../lib/bounded-map.js';

/** How many clients are remembered. One that was forgotten counts as any other again. */
const MAX_CLIENTS = 10_000;
const ALONE = -1;

/** Tells a client that fails by itself from a Hydra that fails for all, by whether others get through. */
export class LoneFailures {
  private successes = 0;
  /** How many successes there were when a client failed last. */
  private readonly failures = new BoundedMap<number>(MAX_CLIENTS);

  noteSuccess(id: string): void {
    this.successes++;
    this.failures.delete(id);
  }

  /** @returns whether others have got through since it failed before, so that this is about the client alone */
  noteFailure(id: string): boolean {
    const before = this.failures.get(id) ?? this.successes;
    const isAlone = before < this.successes;
    this.failures.set(id, isAlone ? ALONE : before);
    return isAlone;
  }
}
