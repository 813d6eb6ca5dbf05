import { basic, Gate } from './gate.js';
import { MACHINE_CLIENT, TestRegistry } from '../../support/registry.js';
import { hydraSettings } from '../../support/hydra/hydra-registry.js';
import { ServiceProcess } from '../../support/service-process.js';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';

describe('A registry that serves no token gate any more', () => {
  let gate: Gate;
  let client: OAuthClientDto;
  let settings: Record<string, string>;

  beforeAll(async () => {
    gate = await Gate.start();
    client = await gate.tenant.createClient(MACHINE_CLIENT);
    settings = { ...hydraSettings(gate.hydra.adminUrl), DATABASE_URL: gate.registry.databaseUrl };
  });
  afterAll(() => gate.stop());

  it('a registry that serves no token gate any more says at the start how many clients can get no tokens', async () => {
    const service = await ServiceProcess.start(settings);
    await service.stop();

    const warnings = service.log.map(({ msg }) => String(msg)).filter((line) => line.includes('token gate'));
    expect(warnings).toEqual([
      expect.stringMatching(/^1 clients get tokens through the token gate only.* new secret/),
    ]);
  });

  it('a registry that serves no token gate any more lets a client leave it with a new secret, which Hydra has then', async () => {
    const registry = await TestRegistry.start(settings);
    const path = `${gate.tenant.client(client.id)}/secrets`;
    const { body } = await registry.api.post<OAuthClientDto>(path, { token: gate.tenant.admin });
    await registry.stop();
    const answer = await fetch(`${gate.hydra.publicUrl}/oauth2/token`, {
      method: 'POST',
      headers: { authorization: basic(client.client_id, String(body.client_secret)) },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });

    expect(body.sync_status).toBe('synced');
    expect(answer.status).toBe(200);
  });
});
