import { setTimeout } from 'node:timers/promises';
import { HydraFailure } from './hydra-failure.js';

/** Milliseconds before each further attempt: together about what Hydra takes to start again. */
const PAUSES_MS = [500, 1_000, 2_000];
/** A call that is asked to wait for longer than this fails. */
const MAX_PAUSE_MS = 60_000;

/**
 * Tries a call again that may work in a moment: one of very many must not make all the others useless.
 *
 * @param signal ends the pauses
 * @throws what the last attempt threw; an AbortError once the signal has ended a pause
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

/** Milliseconds that Hydra asks to wait; null for an error that no pause helps against. */
function pauseAskedFor(error: unknown): number | null {
  if (!(error instanceof HydraFailure)) return null;
  const { status = 503, retryAfterMs = 0 } = error.facts;
  return status >= 500 || status === 408 || status === 429 ? retryAfterMs : null;
}
