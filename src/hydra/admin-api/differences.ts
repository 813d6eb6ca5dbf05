import { isDeepStrictEqual } from 'node:util';
import { isObject } from '../../lib/json.js';
import type { StoredHydraClient } from './hydra-admin-api.js';
import { MARK, type HydraClient } from './hydra-client.js';
import { isEmpty } from './hydra-defaults.js';

/**
 * A member of a client that is not as it should be. A member of the metadata is named with it: `metadata.` and its own
 * name.
 */
export interface Difference {
  readonly member: string;
  readonly expected: unknown;
  readonly found: unknown;
}

/** Every managed member of the stored client that is not as it should be. What the registry does not manage is an operator's. */
export function differencesBetween(expected: HydraClient, stored: StoredHydraClient): Difference[] {
  const wanted = managedIn(expected, expected);
  const there = managedIn(stored, expected);
  return [...new Set([...wanted.keys(), ...there.keys()])]
    .map((member) => ({ member, expected: wanted.get(member), found: there.get(member) }))
    .filter((difference) => !isSame(difference));
}

/** Hydra gives some members back as another empty value than the one it was sent, or not at all. */
function isSame({ expected, found }: Difference): boolean {
  // Most members are the same or both empty: the deep comparison, which costs more, is for the few others.
  if (expected === found || (isEmpty(expected) && isEmpty(found))) return true;
  return isDeepStrictEqual(expected, found);
}

function managedIn(client: object, expected: HydraClient): Map<string, unknown> {
  const { metadata, ...members } = client as Readonly<Record<string, unknown>>;
  const mark: unknown = Object(metadata)[MARK];
  return new Map([
    ...Object.keys(expected)
      .filter((name) => name !== 'metadata')
      .map((name) => [name, members[name]] as const),
    ...opened(`metadata.${MARK}`, mark),
  ]);
}

/** The members of an object one by one; any other value as it is. */
function opened(name: string, value: unknown): (readonly [name: string, value: unknown])[] {
  if (!isObject(value)) return [[name, value]];
  return Object.entries(value).map(([member, inner]) => [`${name}.${member}`, inner]);
}
