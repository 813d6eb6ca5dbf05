import { setTimeout } from 'node:timers/promises';
import { HydraFailure } from './hydra-failure.js';

/** Before each further attempt: together about what Hydra takes to start again. */
const PAUSES_MS = [500, 1_000, 2_000];
/** Who is asked to wait for longer gives up. */
const MAX_PAUSE_MS = 60_000;

/**
 * For one of very many reads, which must not all be for nothing because of it: what may work in a moment is tried again.
 *
 * @param signal ends the pauses with an AbortError
 */
export async function withRetries<T>(read: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (const pause of PAUSES_MS) {
    try {
      return await read();
    } catch (error) {
      const asked = pauseAskedFor(error);
      if (asked === null || asked > MAX_PAUSE_MS) throw error;
      await setTimeout(Math.max(pause, asked), undefined, { signal });
    }
  }
  return read();
}

/** Milliseconds; null for what a pause does not help against. */
function pauseAskedFor(error: unknown): number | null {
  if (!(error instanceof HydraFailure)) return null;
  const { status = 503, retryAfterMs = 0 } = error.facts;
  return status >= 500 || status === 408 || status === 429 ? retryAfterMs : null;
}
