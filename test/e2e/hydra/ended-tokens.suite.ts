import { setTimeout as sleep } from 'node:timers/promises';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import { fault, moment } from '../../support/hydra/faults.js';
import { MACHINE_CLIENT, type Body } from '../../support/registry.js';
import { useHydraRegistry } from '../../support/use-registry.js';

const setup = useHydraRegistry({}, { perTest: true });

async function patch({ id }: OAuthClientDto, body: Body): Promise<OAuthClientDto> {
  const path = setup.tenant.client(id);
  const answer = await setup.registry.api.patch<OAuthClientDto>(path, { token: setup.tenant.admin, body });
  expect(answer.status).toBe(200);
  return answer.body;
}

/** Methods of the writes about the client, `ends` for the one that ends its access tokens. */
const toldOf = ({ client_id: clientId }: OAuthClientDto): string[] =>
  setup.hydra.calls
    .filter((call) => call.clientId === clientId && call.method !== 'GET' && call.status !== 500)
    .map(({ method, path }) => (path === '/admin/oauth2/tokens' ? 'ends' : method));

async function untilSynced(): Promise<void> {
  const unsynced = 'select from oauth_clients where synced_revision < revision';
  while ((await setup.registry.database.query(unsynced)).rowCount !== 0) await sleep(20);
}

describe('the access tokens in Hydra of a client that is withdrawn', () => {
  it('the access tokens of a client are ended in Hydra once it is disabled there, and once only', async () => {
    const client = await setup.tenant.createClient(MACHINE_CLIENT);
    expect((await patch(client, { enabled: false })).sync_status).toBe('synced');
    expect(toldOf(client)).toEqual(['POST', 'PATCH', 'ends']);

    await patch(client, { name: 'Renamed' });
    await patch(client, { enabled: true });
    expect(toldOf(client)).toEqual(['POST', 'PATCH', 'ends', 'PATCH', 'PATCH']);
  });

  it('the access tokens of a client are left alone by changes that withdraw nothing', async () => {
    const client = await setup.tenant.createClient();
    await patch(client, { trusted: true });
    await patch(client, { name: 'Renamed', enabled: true });

    expect(toldOf(client)).toEqual(['POST', 'PATCH', 'PATCH']);
  });

  it('the access tokens of a disabled client are ended however often Hydra fails at it', async () => {
    const client = await setup.tenant.createClient(MACHINE_CLIENT);
    let failures = 0;
    setup.hydra.faults = ({ path }) =>
      path === '/admin/oauth2/tokens' && failures++ < 2 ? fault.statusBefore(500) : null;
    await patch(client, { enabled: false });
    await untilSynced();

    expect(failures).toBe(3);
    expect(toldOf(client).at(-1)).toBe('ends');
  });

  it('access tokens are ended also where the client was disabled while Hydra was told of an earlier change', async () => {
    const client = await setup.tenant.createClient(MACHINE_CLIENT);
    const { come, letCome } = moment();
    let isTold = false;
    setup.hydra.faults = ({ method }) => {
      const isFirst = method === 'PATCH' && !isTold;
      if (isFirst) isTold = true;
      return isFirst ? fault.held(come) : null;
    };
    const renamed = patch(client, { name: 'Renamed' });
    while (!isTold) await sleep(5);
    const disabled = patch(client, { enabled: false });
    const isDisabled = 'select from oauth_clients where id = $1 and not enabled';
    while ((await setup.registry.database.query(isDisabled, [client.id])).rowCount === 0) await sleep(5);
    letCome();
    await Promise.all([renamed, disabled]);
    await untilSynced();

    expect(toldOf(client)).toEqual(['POST', 'PATCH', 'PATCH', 'ends']);
  });

  it('access tokens are ended where the client was disabled and enabled while Hydra was out of reach', async () => {
    const client = await setup.tenant.createClient(MACHINE_CLIENT);
    await setup.hydra.down();
    await patch(client, { enabled: false });
    await patch(client, { enabled: true });
    await setup.hydra.up();
    await untilSynced();

    expect(toldOf(client)).toEqual(['POST', 'PATCH', 'ends']);
  });
});
