import type { Body } from '../../support/registry.js';
import { HydraRegistry, hydraSettings } from '../../support/hydra/hydra-registry.js';
import { ServiceProcess } from '../../support/service-process.js';
import { useHydraRegistry } from '../../support/use-registry.js';

const setup: HydraRegistry = useHydraRegistry({}, { perTest: true });

/** What it warns of when it starts, in lines with the word. */
async function warningsOf(word: string, settings: Record<string, string>): Promise<string[]> {
  const env = { ...hydraSettings(setup.hydra.adminUrl), DATABASE_URL: setup.registry.databaseUrl };
  const service = await ServiceProcess.start({ ...env, ...settings });
  await service.stop();
  return service.log.map(({ msg }) => String(msg)).filter((line) => line.includes(word));
}

const call = async (method: 'patch' | 'delete', path: string, body?: Body): Promise<void> => {
  const { status } = await setup.registry.api[method](path, { token: setup.tenant.admin, body });
  expect([200, 204]).toContain(status);
};

describe('a start without the gate', () => {
  it('a start without the gate warns of clients that were promised PKCE while there was one', async () => {
    const { tenant } = setup;
    await tenant.createClient({ token_endpoint_auth_method: 'none' });
    expect(await warningsOf('PKCE', { AUTHORIZE_GATE: '' })).toEqual([]);
    await tenant.createClient({ pkce_required: true });

    expect(await warningsOf('PKCE', { AUTHORIZE_GATE: '' })).toEqual([
      expect.stringMatching(/^1 clients with a secret require PKCE/),
    ]);
    expect(await warningsOf('PKCE', {})).toEqual([]);
  });
});

describe('a start without the token hook', () => {
  const WITHOUT = { HOOK_SECRET: '', AUTHORIZE_GATE: '' };

  it('a start without the token hook warns of clients whose refresh tokens do not end with their trust or tokens', async () => {
    const { tenant } = setup;
    await tenant.createClient();
    expect(await warningsOf('HOOK_SECRET', WITHOUT)).toEqual([]);
    await tenant.createClient({ trusted: true });
    const distrusted = await tenant.createClient({ trusted: true, token_endpoint_auth_method: 'none' });
    await call('patch', tenant.client(distrusted.id), { trusted: false });
    const ended = await tenant.createClient();
    await call('delete', `${tenant.client(ended.id)}/tokens`);
    const deleted = await tenant.createClient({ trusted: true });
    await call('delete', tenant.client(deleted.id));

    expect(await warningsOf('HOOK_SECRET', WITHOUT)).toEqual([
      expect.stringMatching(/^3 clients are trusted, or had their tokens ended, .*oauth2\.token_hook/),
    ]);
    expect(await warningsOf('HOOK_SECRET', {})).toEqual([]);
  });
});
