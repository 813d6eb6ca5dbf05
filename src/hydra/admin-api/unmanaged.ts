import { isObject, type JsonObject } from '../../lib/json.js';
import { isEmpty, HYDRA_DEFAULT } from './hydra-defaults.js';
import type { StoredHydraClient } from './hydra-admin-api.js';
import { MARK, SET_FOR_SOME, type HydraClient } from './hydra-client.js';
import type { Unmanaged } from '../../oauth-clients/model/registration.js';

/** Members that are not copied: they say nothing about what the client may do, or Hydra decides them itself. */
const DECIDED_BY_HYDRA =
  /^(client_id|created_at|updated_at|client_secret.*|rotated_secrets|registration_.*)$/;

/**
 * A copy of what the registry does not manage of a client, in case Hydra loses it.
 *
 * @param before the copy so far: what the registry sets at the moment stays in it as it was before that
 */
export function unmanagedIn(
  stored: StoredHydraClient,
  expected: HydraClient,
  before: Unmanaged | null,
): Unmanaged {
  const covered = SET_FOR_SOME.filter((name) => name in expected).map((name) => [name, before?.[name]]);
  const own = Object.entries(stored).filter(([name]) => !(name in expected) && !DECIDED_BY_HYDRA.test(name));
  const metadata = foreignMetadata(stored);
  return Object.fromEntries(
    [...covered, ...own, ['metadata', metadata] as const].filter(
      ([name, value]) => !isEmpty(value) && value !== HYDRA_DEFAULT.get(String(name)),
    ),
  ) as Unmanaged;
}

function foreignMetadata({ metadata }: StoredHydraClient): JsonObject {
  if (!isObject(metadata)) return {};
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => name !== MARK));
}

/** The whole client, for a Hydra that does not have it: what the registry manages, and the copy of all else. */
export function wholeClient(client: HydraClient, unmanaged: Unmanaged | null): HydraClient {
  const foreign = unmanaged?.['metadata'];
  return {
    ...unmanaged,
    ...client,
    metadata: { ...(isObject(foreign) ? foreign : {}), ...client.metadata },
  };
}
