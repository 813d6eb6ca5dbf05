import type { StoredHydraClient } from '../../../src/hydra/admin-api/hydra-admin-api.js';
import type { HydraClient } from '../../../src/hydra/admin-api/hydra-client.js';
import { decodeClient, toAnswer, toStored } from './client-members.js';
import { validated } from './client-rules.js';

/** What Hydra answers of a client that it was sent so. @throws where Hydra refuses it */
export const decoded = (client: HydraClient): StoredHydraClient => ({
  ...toAnswer(toStored(validated(decodeClient(JSON.stringify(client)))), ''),
  client_id: client.client_id,
});
