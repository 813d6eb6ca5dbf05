import type { StoredHydraClient } from '../admin-api/hydra-admin-api.js';
import { HYDRA_DEFAULTS, type HydraClient } from '../admin-api/hydra-client.js';
import { isDeepStrictEqual } from 'node:util';
import { canHoldMark } from '../admin-api/client-patch.js';
import { differencesBetween, type Difference } from '../admin-api/differences.js';
import { isEmpty } from '../admin-api/hydra-defaults.js';

export interface ImportEffects {
  /** What the client has in Hydra and the registry cannot keep: it would be gone. */
  readonly erased: readonly Difference[];
  /** What Hydra is told in other words, which takes nothing from the client. */
  readonly changed: readonly Difference[];
}

/** Members that an import is meant to change: they say whose the client is. */
const INTENDED = /^(owner$|metadata\.oauth_client_registry)/;

/**
 * A name is made one that people can read: one of which nothing can be seen becomes the id, a very long one is cut. Of grant
 * and response types, only such are dropped as have no effect in Hydra without the other. People are asked before they are
 * signed in or out by a client that is not trusted, or whose organization may have no trusted ones.
 */
const REWORDED = ['client_name', 'grant_types', 'response_types', 'skip_consent', 'skip_logout_consent'];

/** What Hydra takes an empty list for: to write it out is no change. */
const SAID_BY_NOTHING = new Map(Object.entries(HYDRA_DEFAULTS));

/** What becomes of the client in Hydra when the registry brings it there for the first time. */
export function importEffects(expected: HydraClient, stored: StoredHydraClient): ImportEffects {
  const differences = [...differencesBetween(expected, stored), ...metadataOf(stored)];
  const told = differences.filter((difference) => !isNoEffect(difference));
  return { erased: told.filter(isLoss), changed: told.filter((difference) => !isLoss(difference)) };
}

function isNoEffect({ member, expected, found }: Difference): boolean {
  return (
    INTENDED.test(member) || (isEmpty(found) && isDeepStrictEqual(expected, SAID_BY_NOTHING.get(member)))
  );
}

function isLoss({ member, expected, found }: Difference): boolean {
  if (isEmpty(found) || REWORDED.includes(member)) return false;
  const kept = partsOf(expected);
  return partsOf(found).some((part) => !kept.includes(part));
}

/** Lists are compared by their items, and so is `scope`. */
function partsOf(value: unknown): readonly unknown[] {
  if (typeof value === 'string') return value.split(' ').filter((part) => part !== '');
  return Array.isArray(value) ? value : [value];
}

/** Metadata that is a list or a text has no place for the registry's mark. */
const metadataOf = (stored: StoredHydraClient): Difference[] =>
  canHoldMark(stored) ? [] : [{ member: 'metadata', expected: undefined, found: stored['metadata'] }];
