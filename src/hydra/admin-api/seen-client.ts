import type { SeenClient } from '../../oauth-clients/model/sync-state.js';
import type { StoredHydraClient } from './hydra-admin-api.js';

/**
 * When Hydra says that a client was made, to the second, and last written, to the millisecond. True in the answers to GET,
 * POST and PATCH; that to a PUT shows another `created_at` than the stored one.
 */
export const seenIn = ({ created_at, updated_at }: StoredHydraClient): SeenClient => ({
  created_at: momentOf(created_at),
  updated_at: momentOf(updated_at),
});

function momentOf(text: unknown): Date | null {
  const moment = new Date(typeof text === 'string' ? text : NaN);
  return Number.isNaN(moment.getTime()) ? null : moment;
}

/** Whether both are known and are not the same. */
export const differ = (one: Date | null, other: Date | null): boolean =>
  one !== null && other !== null && one.getTime() !== other.getTime();
