import { HydraFailure, HydraRejection } from '../../../src/hydra/admin-api/hydra-failure.js';
import { ClientDoubted, RegistryBehind, SecretUnreadable } from '../../../src/hydra/sync/interruptions.js';
import { LoneFailures } from '../../../src/hydra/sync/lone-failures.js';
import { outcomeOf } from '../../../src/hydra/sync/sync-outcome.js';
import type { LeasedClient } from '../../../src/oauth-clients/model/leased-client.js';

const LEASED = { id: 'the row', sync_attempts: 0 } as LeasedClient;
const REFUSAL = { code: 'rejected_by_authorization_server', detail: 'Hydra refuses this client.' } as const;

describe('what came of an attempt', () => {
  it.each<[string, Error, boolean]>([
    ['a refusal of Hydra', new HydraRejection(REFUSAL), true],
    ['another client in Hydra than was left there', new ClientDoubted(), true],
    [
      'a call that failed',
      new HydraFailure('503', { effect: 'unknown', scope: 'server', status: 503 }),
      false,
    ],
    ['a client that waits for people', new RegistryBehind(), false],
    ['a secret that cannot be opened', new SecretUnreadable(), false],
  ])('that Hydra works is shown only by its own answers: by %s?', async (_, error, isProof) => {
    const outcome = await outcomeOf(Promise.reject(error), LEASED, new LoneFailures());
    expect(outcome).toMatchObject({ isProof });
  });
});
