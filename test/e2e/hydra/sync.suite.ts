import { MACHINE_CLIENT, type Body } from '../../support/registry.js';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import { useHydraRegistry } from '../../support/use-registry.js';

const setup = useHydraRegistry();

const stored = (client: OAuthClientDto): Record<string, unknown> | undefined =>
  setup.hydra.clients.get(client.client_id)?.members as Record<string, unknown> | undefined;

const patch = async (client: OAuthClientDto, body: Body): Promise<OAuthClientDto> => {
  const path = setup.tenant.client(client.id);
  const answer = await setup.registry.api.patch<OAuthClientDto>(path, { token: setup.tenant.admin, body });
  expect(answer.status).toBe(200);
  return answer.body;
};

describe('a client of a registry that Hydra follows', () => {
  it('a new client is in Hydra, with its secret, before the answer to its creation', async () => {
    const client = await setup.tenant.createClient({ ...MACHINE_CLIENT, scopes: ['notes:read'] });

    expect(client.sync_status).toBe('synced');
    expect(stored(client)).toMatchObject({
      client_id: client.client_id,
      client_name: 'Export',
      grant_types: ['client_credentials'],
      scope: 'notes:read',
      owner: setup.tenant.projectId,
    });
    expect(setup.hydra.verifySecret(client.client_id, String(client.client_secret))).toBe(true);
  });

  it('a client is changed, rotated and deleted in Hydra with each call', async () => {
    const client = await setup.tenant.createClient();
    const changed = await patch(client, { name: 'Renamed', enabled: false });
    expect(changed.sync_status).toBe('synced');
    expect(stored(client)).toMatchObject({ client_name: 'Renamed', grant_types: ['disabled'] });
    expect(setup.hydra.verifySecret(client.client_id, String(client.client_secret))).toBe(true);

    const path = `${setup.tenant.client(client.id)}/secrets`;
    const rotated = await setup.registry.api.post<OAuthClientDto>(path, { token: setup.tenant.admin });
    expect(setup.hydra.verifySecret(client.client_id, String(rotated.body.client_secret))).toBe(true);

    const gone = await setup.registry.api.delete(setup.tenant.client(client.id), {
      token: setup.tenant.admin,
    });
    expect([gone.status, stored(client)]).toEqual([204, undefined]);
  });
});
