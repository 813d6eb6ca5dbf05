import type { StoredHydraClient } from '../admin-api/hydra-admin-api.js';
import { HYDRA_DEFAULTS, toHydraClient } from '../admin-api/hydra-client.js';
import type { HydraTerms } from '../admin-api/hydra-terms.js';
import type { Registration } from '../admin-api/registration.js';
import { isDeepStrictEqual } from 'node:util';
import { differencesBetween, isEmpty, type Difference } from '../admin-api/compare.js';

export interface ImportEffects {
  /** What the client has in Hydra and the registry has no member for: it would be gone. */
  readonly erased: readonly Difference[];
  /** What is told otherwise, and takes nothing from the client. */
  readonly changed: readonly Difference[];
}

/** The import itself: whose the client is. */
const INTENDED = /^(owner$|metadata\.oauth_client_registry)/;

/**
 * An empty name becomes the id, a very long one is cut. Of grant and response types, known as all are by then, only such
 * are dropped as have no effect in Hydra without the other.
 */
const REWORDED = ['client_name', 'grant_types', 'response_types'];

/** It is no change to say what Hydra takes an empty list for. */
const SAID_BY_NOTHING = new Map(Object.entries(HYDRA_DEFAULTS));

/** What becomes of the client in Hydra when the registry brings it there for the first time. */
export function importEffects(
  registration: Registration,
  stored: StoredHydraClient,
  terms: HydraTerms,
): ImportEffects {
  const differences = differencesBetween(toHydraClient(registration, terms), stored);
  const told = [...differences, ...subjectTypeOf(stored)].filter((difference) => !isNoEffect(difference));
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

/** Hydra decides it anew, and people would be others to a client that knows them by pairwise identifiers. */
const subjectTypeOf = ({ subject_type: found }: StoredHydraClient): Difference[] =>
  isEmpty(found) || found === 'public' ? [] : [{ member: 'subject_type', expected: 'public', found }];
