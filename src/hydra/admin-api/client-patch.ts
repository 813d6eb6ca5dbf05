import { isObject, type JsonObject } from '../../lib/json.js';
import type { StoredHydraClient } from './hydra-admin-api.js';
import { add, type PatchOperation } from './json-patch.js';
import { MARK, markIn, SET_FOR_SOME, type HydraClient, type Mark } from './hydra-client.js';
import type { Unmanaged } from '../../oauth-clients/model/registration.js';

/**
 * All that the registry manages, as one JSON Patch: what it does not name stays as it is in Hydra, the secret too. It never
 * names `client_id`, which Hydra would take for another client.
 */
export const patchFor = (
  client: HydraClient,
  stored: StoredHydraClient,
  unmanaged: Unmanaged | null,
): PatchOperation[] =>
  patchOver(client, { sets: markIn(stored)?.sets, holdsMark: canHoldMark(stored) }, unmanaged);

/**
 * The same for a client that was not read from Hydra first.
 *
 * @param sets which of `SET_FOR_SOME` the registry has set in Hydra
 */
export const blindPatchFor = (
  client: HydraClient,
  sets: readonly string[],
  unmanaged: Unmanaged | null,
): PatchOperation[] => patchOver(client, { sets, holdsMark: true }, unmanaged);

/**
 * The same but for the credential in the mark (`mode` and `key`): Hydra's answer then tells which one it had, and still
 * has. Hydra fails (500) where its client has no mark.
 *
 * @param sets as above
 */
export const patchKeepingCredential = (
  client: HydraClient,
  sets: readonly string[],
  unmanaged: Unmanaged | null,
): PatchOperation[] => {
  const { mode: _mode, key: _key, ...others } = client.metadata[MARK];
  return [
    ...membersOver(client, sets, unmanaged),
    ...Object.entries({ ...MARKED_FOR_SOME, ...others }).map(([name, value]) =>
      add(`/metadata/${MARK}/${name}`, value),
    ),
  ];
};

/**
 * Empty values of members of the mark that some clients do not have. They are not removed instead: removing fails when a
 * repeated patch finds nothing there.
 */
const MARKED_FOR_SOME: Pick<Mark, 'grant_types' | 'added_scopes' | 'added_origins'> = {
  grant_types: [],
  added_scopes: [],
  added_origins: [],
};

interface Before {
  readonly sets: unknown;
  readonly holdsMark: boolean;
}

function patchOver(
  client: HydraClient,
  { sets, holdsMark }: Before,
  unmanaged: Unmanaged | null,
): PatchOperation[] {
  const mark = client.metadata[MARK];
  return [
    ...membersOver(client, sets, unmanaged),
    holdsMark ? add(`/metadata/${MARK}`, mark) : add('/metadata', { [MARK]: mark }),
  ];
}

function membersOver(client: HydraClient, sets: unknown, unmanaged: Unmanaged | null): PatchOperation[] {
  const members = { ...client, ...givenBack(client, sets, unmanaged) };
  return Object.entries(members)
    .filter(([name]) => name !== 'client_id' && name !== 'metadata')
    .map(([name, value]) => add(`/${name}`, value));
}

/**
 * Whether a patch can add the mark to the metadata. Hydra makes an object of null, and fails (500) where the metadata is
 * a list or a text.
 */
export const canHoldMark = ({ metadata }: StoredHydraClient): boolean =>
  metadata === undefined || metadata === null || isObject(metadata);

/** Members that the registry has set in Hydra and sets no longer, with what they were before, or null. */
function givenBack(members: object, sets: unknown, unmanaged: Unmanaged | null): JsonObject {
  const names = SET_FOR_SOME.filter(
    (name) => Array.isArray(sets) && sets.includes(name) && !(name in members),
  );
  return Object.fromEntries(names.map((name) => [name, unmanaged?.[name] ?? null]));
}
