import { isDeepStrictEqual } from 'node:util';
import { isObject } from '../../lib/json.js';
import type { StoredHydraClient } from './hydra-admin-api.js';
import { MARK, type HydraClient } from './hydra-client.js';

/** A member of a client that is not as it should be. Members of the metadata have its name before their own. */
export interface Difference {
  readonly member: string;
  readonly expected: unknown;
  readonly found: unknown;
}

/** Says nothing about what the client may do, or is Hydra's own to decide. */
const DECIDED_BY_HYDRA = /^(created_at|updated_at|subject_type|client_secret.*|registration_.*)$/;

/** What Hydra has where nothing was sent. Of every other member it is something empty. */
const DEFAULTS = new Map<string, unknown>([['userinfo_signed_response_alg', 'none']]);

/**
 * Every member of the stored client that is not as it should be. What the registry does not manage must be at Hydra's
 * default: whoever edits a client in Hydra directly could add a key, or an address that tokens are sent to.
 */
export function differencesBetween(expected: HydraClient, stored: StoredHydraClient): Difference[] {
  const wanted = membersOf(expected);
  const there = membersOf(stored);
  return [...new Set([...wanted.keys(), ...there.keys()])]
    .map((member) => ({ member, expected: wanted.get(member), found: there.get(member) }))
    .filter((difference) => !isSame(difference) && !DECIDED_BY_HYDRA.test(difference.member));
}

/** Hydra gives some members back as another empty value than the one it was sent, or not at all. */
function isSame({ member, expected, found }: Difference): boolean {
  // Most are: what costs more is for the few others.
  if (expected === found || (isEmpty(expected) && isEmpty(found))) return true;
  const standard = DEFAULTS.get(member);
  return isDeepStrictEqual(isEmpty(expected) ? standard : expected, isEmpty(found) ? standard : found);
}

export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '' || value === false) return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function membersOf(client: object): Map<string, unknown> {
  const { metadata, ...members } = client as { readonly metadata?: unknown };
  return new Map([
    ...Object.entries(members),
    ...opened('metadata', metadata).flatMap(([name, value]) =>
      name === `metadata.${MARK}` ? opened(name, value) : [[name, value] as const],
    ),
  ]);
}

/** The members of an object one by one, what is none as it is. */
function opened(name: string, value: unknown): (readonly [name: string, value: unknown])[] {
  if (!isObject(value)) return [[name, value]];
  return Object.entries(value).map(([member, inner]) => [`${name}.${member}`, inner]);
}
