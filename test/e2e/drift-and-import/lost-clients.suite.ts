import { setTimeout as sleep } from 'node:timers/promises';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import { HydraRegistry, hydraSettings } from '../../support/hydra/hydra-registry.js';
import { HydraStandIn } from '../../support/hydra/hydra-stand-in.js';
import { ServiceProcess } from '../../support/service-process.js';
import { MACHINE_CLIENT } from '../../support/registry.js';
import { runCommand } from './command-process.js';
import { letTimePass } from './hydra-edits.js';

const GATE = { TOKEN_GATE: 'enabled', HYDRA_PUBLIC_URL: 'http://127.0.0.1:9' };
const CLIENTS = 12;
const PUBLIC_CLIENT = { token_endpoint_auth_method: 'none' };

/** Some of these wait for what the service does every few seconds. */
jest.setTimeout(60_000);

let setup: HydraRegistry;

const secretsIn = (hydra: HydraStandIn): Record<string, string> =>
  Object.fromEntries([...hydra.clients].map(([id, { secret }]) => [id, secret]));

async function createClients(): Promise<OAuthClientDto[]> {
  const clients: OAuthClientDto[] = [];
  for (let i = 0; i < CLIENTS; i++)
    clients.push(await setup.tenant.createClient({ ...MACHINE_CLIENT, name: `Export ${i}` }));
  return clients;
}

afterEach(() => setup.stop());

describe('a Hydra that has lost all clients of the token gate', () => {
  let before: Record<string, string>;
  let lose: () => void;

  beforeEach(async () => {
    setup = await HydraRegistry.start(GATE);
    const empty = setup.hydra.backup();
    await createClients();
    before = secretsIn(setup.hydra);
    await letTimePass(setup);
    lose = () => setup.hydra.restore(empty);
  });

  async function untilAllAreBack(): Promise<void> {
    while (setup.hydra.clients.size < CLIENTS) await sleep(50);
    expect(secretsIn(setup.hydra)).toEqual(before);
  }

  it('a Hydra that has lost all clients has them and their secrets again while nobody changes anything', async () => {
    lose();
    await untilAllAreBack();
  });

  it('a Hydra that has lost all clients has them and their secrets again once one of them was changed', async () => {
    const { data } = (
      await setup.registry.api.get<{ data: OAuthClientDto[] }>(setup.tenant.clients, {
        token: setup.tenant.admin,
      })
    ).body;
    lose();
    const path = setup.tenant.client(data[0]?.id ?? '');
    await setup.registry.api.patch(path, { token: setup.tenant.admin, body: { name: 'Renamed' } });
    await untilAllAreBack();
  });

  it('a Hydra that has lost single clients is left alone until the next pass', async () => {
    const [one, ...others] = [...setup.hydra.clients.keys()];
    const rest = new Map(others.map((id) => [id, setup.hydra.clients.get(id)!]));
    setup.hydra.restore(rest);
    await sleep(200);
    expect(setup.hydra.clients.has(one ?? '')).toBe(false);
  });
});

describe('npm run hydra:fill', () => {
  let target: HydraStandIn;

  beforeEach(async () => {
    target = await HydraStandIn.start();
  });
  afterEach(() => target.stop());

  const fill = (...args: string[]) =>
    runCommand('hydra-fill', setup, { args: ['--target', target.adminUrl, ...args], env: GATE });

  describe('of clients of the token gate', () => {
    beforeEach(async () => {
      setup = await HydraRegistry.start(GATE);
      await createClients();
      await setup.tenant.createClient(PUBLIC_CLIENT);
      const gone = await setup.tenant.createClient();
      await setup.registry.api.delete(setup.tenant.client(gone.id), { token: setup.tenant.admin });
      await letTimePass(setup);
    });

    it('npm run hydra:fill gives a new Hydra all clients and their secrets, compares both, and changes nothing else', async () => {
      const calls = setup.hydra.calls.length;
      const { code, lines, stderr } = await fill();
      expect({ code, lines, stderr }).toEqual({
        code: 0,
        lines: [`${CLIENTS + 1} created`, `Compared with the registry: ${CLIENTS + 1} equal`],
        stderr: '',
      });
      const known = secretsIn(setup.hydra);
      for (const [id, secret] of Object.entries(secretsIn(target)))
        if (target.clients.get(id)?.members.token_endpoint_auth_method !== 'none')
          expect(secret).toBe(known[id]);
      expect(setup.hydra.calls.slice(calls).filter(({ method }) => method !== 'GET')).toEqual([]);
    });

    it('npm run hydra:fill says what it would do with --dry-run, and goes on where an earlier run ended', async () => {
      expect(await fill('--dry-run')).toMatchObject({ code: 0, lines: [`${CLIENTS + 1} to create`] });
      expect(target.clients.size).toBe(0);
      await fill();
      expect((await fill('--dry-run')).lines).toEqual([`${CLIENTS + 1} to update`]);
      expect((await fill()).lines[0]).toBe(`${CLIENTS + 1} updated`);
    });

    it('npm run hydra:fill leaves alone what is of somebody else in the new Hydra, and says so with 1', async () => {
      const [id] = setup.hydra.clients.keys();
      await fetch(`${target.adminUrl}/admin/clients`, {
        method: 'POST',
        body: JSON.stringify({ client_id: id, client_name: 'Theirs' }),
      });
      const { code, lines } = await fill();
      expect({ code, line: lines[0] }).toEqual({
        code: 1,
        line: expect.stringMatching(`^taken      ${id} of project .* somebody else`) as string,
      });
      expect(target.clients.get(id ?? '')?.members.client_name).toBe('Theirs');
    });

    it('what npm run hydra:fill has done is known by a service that then follows the new Hydra', async () => {
      await fill();
      const settings = { ...hydraSettings(target.adminUrl), ...GATE };
      const service = await ServiceProcess.start({ ...settings, DATABASE_URL: setup.registry.databaseUrl });
      const secrets = secretsIn(target);
      const [client] = (
        await service.api.get<{ data: OAuthClientDto[] }>(setup.tenant.clients, { token: setup.tenant.admin })
      ).body.data;
      const path = setup.tenant.client(client?.id ?? '');
      await service.api.patch(path, { token: setup.tenant.admin, body: { name: 'Moved' } });
      while (target.clients.get(client?.client_id ?? '')?.members.client_name !== 'Moved') await sleep(50);
      expect(secretsIn(target)).toEqual(secrets);
      await service.stop();
    });
  });

  it('npm run hydra:fill names clients whose secret only the present Hydra knows, fills in the others, and ends with 1', async () => {
    setup = await HydraRegistry.start();
    const secret = await setup.tenant.createClient(MACHINE_CLIENT);
    await setup.tenant.createClient(PUBLIC_CLIENT);
    await letTimePass(setup);
    const { code, lines } = await fill();
    expect({ code, lines }).toEqual({
      code: 1,
      lines: [
        expect.stringMatching(`^secret     ${secret.client_id} .*token gate`),
        '1 secret, 1 created',
        expect.stringMatching(`^missing    ${secret.client_id}`),
        expect.stringMatching('^Compared with the registry: 1 equal, 1 missing|1 missing, 1 equal'),
      ],
    });
  });

  it.each([
    ['no target', []],
    ['another scheme', ['--target', 'ftp://hydra.example']],
    ['a user name', ['--target', 'https://a:b@hydra.example']],
    ['an unknown option', ['--target', 'https://hydra.example', '--force']],
  ])('npm run hydra:fill explains itself with 2 for %s', async (_, args) => {
    setup = await HydraRegistry.start();
    const { code, stderr } = await runCommand('hydra-fill', setup, { args });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('npm run hydra:fill') as string,
    });
  });

  it('npm run hydra:fill refuses the Hydra that the registry has already', async () => {
    setup = await HydraRegistry.start();
    const { code, stderr } = await runCommand('hydra-fill', setup, {
      args: ['--target', setup.hydra.adminUrl],
    });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('HYDRA_ADMIN_URL') as string,
    });
  });
});
