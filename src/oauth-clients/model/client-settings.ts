import { isDeepStrictEqual } from 'node:util';
import { MEMBERS, type ClientMember, type ClientSettings } from './members.js';

/** What a caller sent. A member that is absent leaves the setting as it is; '' and 0 clear what may be null. */
export type ClientPatch = Partial<ClientSettings>;
export type NewClient = ClientPatch & Pick<ClientSettings, 'name' | 'grant_types'>;

const INITIAL = Object.fromEntries(
  [...MEMBERS].map(([member, { initial }]) => [member, initial]),
) as Partial<ClientSettings>;

const NAMES = [...MEMBERS.keys()];

/** V8 copies an object of a known shape at once; one that is put together by names becomes a hash table, which is slow to copy. */
// Only its shape counts: each value is set before anybody sees it, which the casts here and below stand for.
const EMPTY = Object.fromEntries(NAMES.map((name) => [name, null])) as unknown as ClientSettings;

/** The settings of a client, without what else its row holds. */
export function settingsOf(client: ClientSettings): ClientSettings {
  const settings: Record<ClientMember, unknown> = { ...EMPTY };
  for (const name of NAMES) settings[name] = client[name];
  return settings as unknown as ClientSettings;
}

/** A new client: secure defaults with the patch on them. */
export const newSettings = (patch: NewClient): ClientSettings =>
  mergedSettings({ ...INITIAL, name: patch.name, grant_types: patch.grant_types } as ClientSettings, patch);

/** The stored settings with the patch on them, and with what follows from it for PKCE. Grant types stay as stored. */
export function mergedSettings(stored: ClientSettings, patch: ClientPatch): ClientSettings {
  const merged = { ...settingsOf(stored), ...sent(patch), grant_types: stored.grant_types };
  const pkce_required = patch.pkce_required ?? (stored.pkce_required || becomesPublic(stored, merged));
  const pkce_challenge_method =
    patch.pkce_challenge_method ?? (pkce_required ? (stored.pkce_challenge_method ?? 'S256') : null);
  return { ...merged, pkce_required, pkce_challenge_method };
}

/** The settings in a request, which may hold more than these. '' and 0 become null where the column can be. */
const sent = (patch: ClientPatch): ClientPatch =>
  Object.fromEntries(
    [...MEMBERS]
      .filter(([member]) => patch[member] !== undefined && patch[member] !== null)
      .map(([member, { column }]) => [member, column.nullable ? patch[member] || null : patch[member]]),
  );

/** Code flows without a secret need PKCE (RFC 9700, section 2.1.1), so a client that gives up its secret gets it. */
const becomesPublic = (stored: ClientSettings, merged: ClientSettings): boolean =>
  merged.token_endpoint_auth_method === 'none' &&
  stored.token_endpoint_auth_method !== 'none' &&
  stored.grant_types.includes('authorization_code');

/** The members whose values differ. Lists are compared in their order. */
export function changedMembers(before: ClientSettings, after: ClientSettings): ClientMember[] {
  return [...MEMBERS.keys()].filter((member) => !isDeepStrictEqual(before[member], after[member]));
}
