import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { fault, moment } from '../../support/hydra/faults.js';
import { hydraSettings } from '../../support/hydra/hydra-registry.js';
import type { Body } from '../../support/registry.js';
import { freePort } from '../../support/free-port.js';
import { ServiceProcess } from '../../support/service-process.js';
import { useHydraRegistry } from '../../support/use-registry.js';

/** What readiness and metrics say of Hydra. */
interface Told {
  readonly reachable: unknown;
  readonly circuitOpen: string | undefined;
  readonly gateOpen: string | undefined;
}

interface Api {
  get(path: string): Promise<{ body: unknown; text: string }>;
}

async function toldOf(api: Api): Promise<Told> {
  const ready = (await api.get('/health/ready')).body as { authorization_server: Body };
  const metrics = (await api.get('/metrics')).text;
  const gauge = (name: string) => new RegExp(`^${name} (\\d)$`, 'm').exec(metrics)?.[1];
  const [circuitOpen, gateOpen] = ['sync_circuit_open', 'token_gate_circuit_open'].map(gauge);
  return { reachable: ready.authorization_server['reachable'], circuitOpen, gateOpen };
}

const AWAY = { reachable: false, circuitOpen: '1', gateOpen: '0' };
const THERE = { reachable: true, circuitOpen: '0', gateOpen: '0' };
const GATE_AWAY = { reachable: false, circuitOpen: '0', gateOpen: '1' };

const linesOf = ({ log }: ServiceProcess): string[] =>
  log.filter(({ level }) => Number(level) >= 40 || level === 'warn').map(({ msg }) => String(msg));

async function serve(answer: (path: string, response: ServerResponse) => void): Promise<[Server, string]> {
  const server = createServer((request, response) => answer(request.url ?? '', response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return [server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`];
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

describe('Hydra is reported as it is', () => {
  const setup = useHydraRegistry();
  let databaseUrl: string;
  beforeAll(async () => {
    databaseUrl = setup.registry.databaseUrl;
  });

  it('Hydra is reported as away and as there again while nobody writes', async () => {
    const { api } = setup.registry;
    expect(await toldOf(api)).toEqual(THERE);
    await setup.hydra.down();
    while ((await toldOf(api)).reachable === true) await sleep(50);
    expect(await toldOf(api)).toEqual(AWAY);
    await setup.hydra.up();
    while ((await toldOf(api)).reachable === false) await sleep(50);
    expect(await toldOf(api)).toEqual(THERE);
  });

  it('Hydra is reported as away for as long as a Hydra that answers is not known to take changes', async () => {
    const { registry, hydra, tenant } = setup;
    const client = await tenant.createClient();
    hydra.faults = ({ method }) => (method === 'PATCH' ? fault.statusBefore(503) : null);
    const change = { token: tenant.admin, body: { name: 'Changed' } };
    await registry.api.patch(tenant.client(client.id), change);
    expect(await toldOf(registry.api)).toEqual(AWAY);

    const { come, letCome } = moment();
    hydra.calls.length = 0;
    hydra.faults = ({ method }) => (method === 'PATCH' ? fault.held(come) : null);
    const isTried = () => hydra.calls.some(({ method, status }) => method === 'PATCH' && status === null);
    while (!isTried()) await sleep(20);
    expect(await toldOf(registry.api)).toEqual(AWAY);
    letCome();
    while ((await toldOf(registry.api)).reachable === false) await sleep(50);
    hydra.faults = () => null;
    expect(await toldOf(registry.api)).toEqual(THERE);
  });

  it('Hydra is reported as away however many clients wait for people, of whom it is told nothing', async () => {
    const { registry, hydra, tenant } = setup;
    await tenant.createClient();
    const hold = `update oauth_clients set doubt = 'held', synced_revision = revision - 1, sync_due_at = null
      where lease_token is null`;
    await registry.database.query(hold);
    await hydra.down();
    while ((await toldOf(registry.api)).reachable === true) {
      await registry.database.query(hold);
      await sleep(50);
    }
    expect(await toldOf(registry.api)).toEqual(AWAY);
    await registry.database.query('update oauth_clients set doubt = null, synced_revision = revision');
    await hydra.up();
    while ((await toldOf(registry.api)).reachable === false) await sleep(50);
  });

  it('Hydra out of reach is reported from the start, in one line that names the setting', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const service = await ServiceProcess.start({ ...hydraSettings(url), DATABASE_URL: databaseUrl });
    expect(await toldOf(service.api)).toEqual(AWAY);
    await service.stop();
    expect(linesOf(service)).toEqual([
      expect.stringMatching(/^Hydra is out of reach \(HYDRA_ADMIN_URL\): no answer \(ECONNREFUSED\)/),
    ]);
  });

  it('Hydra is reported as away from the start when HYDRA_ADMIN_URL names something else', async () => {
    const [server, url] = await serve((_, response) => response.writeHead(404).end('{}'));
    const service = await ServiceProcess.start({ ...hydraSettings(url), DATABASE_URL: databaseUrl });
    expect(await toldOf(service.api)).toEqual(AWAY);
    await service.stop();
    server.close();
    expect(linesOf(service)).toEqual([expect.stringContaining('HYDRA_ADMIN_URL names answers 404')]);
  });

  it('a token gate that cannot reach Hydra is reported from the start, in one line that names HYDRA_PUBLIC_URL', async () => {
    for (const [url, why] of [
      [`http://127.0.0.1:${await freePort()}`, 'no answer (ECONNREFUSED)'],
      // The port of its admin API answers, too.
      [setup.hydra.adminUrl, 'the answer is 404'],
    ]) {
      const settings = { ...hydraSettings(setup.hydra.adminUrl), HYDRA_PUBLIC_URL: String(url) };
      const service = await ServiceProcess.start({ ...settings, DATABASE_URL: databaseUrl });
      expect(await toldOf(service.api)).toEqual(GATE_AWAY);
      await service.stop();
      expect(linesOf(service)).toEqual([
        expect.stringContaining(`Hydra's public API is out of reach (HYDRA_PUBLIC_URL): ${why}`),
      ]);
    }
  });

  it('a token gate reports Hydra as away and as there again while nobody asks for a token', async () => {
    const [publicApi, url] = await serve((_, response) => response.end('{"issuer":"https://hydra.test/"}'));
    const settings = { ...hydraSettings(setup.hydra.adminUrl), HYDRA_PUBLIC_URL: url };
    const service = await ServiceProcess.start({ ...settings, DATABASE_URL: databaseUrl });
    const { api } = service;
    expect(await toldOf(api)).toEqual(THERE);
    await close(publicApi);
    while ((await toldOf(api)).reachable === true) await sleep(50);
    expect(await toldOf(api)).toEqual(GATE_AWAY);
    publicApi.listen(Number(new URL(url).port), '127.0.0.1');
    while ((await toldOf(api)).reachable === false) await sleep(50);
    expect(await toldOf(api)).toEqual(THERE);
    await service.stop();
    await close(publicApi);
  });

  it.each<[string, (url: string) => Record<string, string>]>([
    ['beside HYDRA_JWKS_URI', (url) => ({ HYDRA_JWKS_URI: `${url}/.well-known/jwks.json` })],
    ['at HYDRA_PUBLIC_URL', (url) => ({ HYDRA_PUBLIC_URL: url })],
    [
      'beside HYDRA_JWKS_URI, with the embedded server',
      (url) => ({ HYDRA_JWKS_URI: `${url}/.well-known/jwks.json`, AUTHORIZATION_SERVER: 'embedded' }),
    ],
  ])(
    'the log says when Hydra names another issuer than HYDRA_ISSUER %s, and nothing when it is the same',
    async (_, where) => {
      const asked: string[] = [];
      const keys = JSON.stringify(setup.registry.hydra.jwks());
      const [server, url] = await serve((path, response) => {
        asked.push(path);
        response.end(path.endsWith('jwks.json') ? keys : JSON.stringify({ issuer: 'https://hydra.test' }));
      });
      const settings = { ...hydraSettings(setup.hydra.adminUrl), DATABASE_URL: databaseUrl, ...where(url) };
      const wrong = await ServiceProcess.start(settings);
      while (linesOf(wrong).length === 0) await sleep(20);
      await wrong.stop();
      const isAsked = () => asked.includes('/.well-known/openid-configuration');
      asked.length = 0;
      const right = await ServiceProcess.start({ ...settings, HYDRA_ISSUER: 'https://hydra.test' });
      while (!isAsked()) await sleep(20);
      await right.stop();
      await close(server);
      expect(linesOf(wrong)).toEqual([
        expect.stringMatching(/^HYDRA_ISSUER is not .*"https:\/\/hydra.test"/),
      ]);
      expect(linesOf(right)).toEqual([]);
    },
  );

  it('the log says nothing of the issuer where no address says how to ask Hydra', async () => {
    const keys = JSON.stringify(setup.registry.hydra.jwks());
    const asked: string[] = [];
    const [server, url] = await serve((path, response) => {
      asked.push(path);
      response.end(keys);
    });
    const settings = { DATABASE_URL: databaseUrl, HYDRA_JWKS_URI: `${url}/keys.json` };
    const service = await ServiceProcess.start(settings);
    while (asked.length === 0) await sleep(20);
    await service.stop();
    await close(server);
    expect([new Set(asked), linesOf(service)]).toEqual([new Set(['/keys.json']), []]);
  });

  it('the log says once that a hook is called with another secret than HOOK_SECRET', async () => {
    const settings = { ...hydraSettings(setup.hydra.adminUrl), DATABASE_URL: databaseUrl };
    const service = await ServiceProcess.start(settings);
    for (const token of ['another-hook-secret', undefined, 'another-hook-secret']) {
      expect((await service.api.post('/hooks/hydra/token', { token, body: {} })).status).toBe(401);
    }
    await service.stop();
    expect(linesOf(service)).toEqual([
      expect.stringMatching(/^\/hooks\/hydra\/token was called with another one instead of HOOK_SECRET/),
    ]);
    expect(service.stdout).not.toContain('another-hook-secret');
  });
});
