import type { HydraAdminApi, HydraPage, StoredHydraClient } from './hydra-admin-api.js';
import { HydraRejection } from './hydra-failure.js';

/** How often a list is begun again. The tokens of pages do not expire more often while a list is read. */
const MAX_RESTARTS = 3;

/**
 * All clients, page by page, in the order of their `client_id`. Each page is asked for when it is wanted, and a page
 * whose token has expired by then starts the list over, so a client may come more than once.
 *
 * @param owner only the clients of this one
 * @throws HydraFailure or HydraRejection, as the admin API does; Error when the tokens of pages expire again and again
 */
export async function* hydraPages(
  api: HydraAdminApi,
  owner?: string,
): AsyncGenerator<readonly StoredHydraClient[], void> {
  let token: string | null = null;
  for (let restarts = 0; restarts <= MAX_RESTARTS;) {
    const page: HydraPage | null = await pageUnlessExpired(api, token, owner);
    if (page) yield page.clients;
    else restarts++;
    token = page?.nextToken ?? null;
    if (page && token === null) return;
  }
  throw new Error("the names of Hydra's pages expire before its list is read");
}

/** Null when the token of the page has expired. */
async function pageUnlessExpired(
  api: HydraAdminApi,
  token: string | null,
  owner?: string,
): Promise<HydraPage | null> {
  try {
    return await api.page({ token, owner });
  } catch (error) {
    if (token !== null && error instanceof HydraRejection) return null;
    throw error;
  }
}
