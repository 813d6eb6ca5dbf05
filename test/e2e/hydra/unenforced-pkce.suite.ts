import { HydraRegistry, hydraSettings } from '../../support/hydra/hydra-registry.js';
import { ServiceProcess } from '../../support/service-process.js';

/** What it says about PKCE when it starts. */
async function warningOf(settings: Record<string, string>): Promise<unknown> {
  const service = await ServiceProcess.start(settings);
  await service.stop();
  return service.log.map(({ msg }) => msg).find((line) => String(line).includes('PKCE'));
}

describe('a start without the gate', () => {
  it('a start without the gate warns of clients that were promised PKCE while there was one', async () => {
    const setup = await HydraRegistry.start();
    const { registry, hydra, tenant } = setup;
    const env = { ...hydraSettings(hydra.adminUrl), DATABASE_URL: registry.databaseUrl };
    await tenant.createClient({ token_endpoint_auth_method: 'none' });
    expect(await warningOf({ ...env, AUTHORIZE_GATE: '' })).toBeUndefined();
    await tenant.createClient({ pkce_required: true });

    expect(await warningOf({ ...env, AUTHORIZE_GATE: '' })).toMatch(/^1 clients with a secret require PKCE/);
    expect(await warningOf(env)).toBeUndefined();
    await setup.stop();
  });
});
