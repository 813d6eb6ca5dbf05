import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { hydraSettings } from '../../support/hydra/hydra-registry.js';
import type { Body } from '../../support/registry.js';
import { freePort } from '../../support/free-port.js';
import { ServiceProcess } from '../../support/service-process.js';
import { useHydraRegistry } from '../../support/use-registry.js';

interface Api {
  get(path: string): Promise<{ body: unknown; text: string }>;
}

async function toldOf(api: Api): Promise<{ reachable: unknown; circuitOpen: string | undefined }> {
  const ready = (await api.get('/health/ready')).body as { authorization_server: Body };
  const metrics = (await api.get('/metrics')).text;
  const [, circuitOpen] = /^sync_circuit_open (\d)$/m.exec(metrics) ?? [];
  return { reachable: ready.authorization_server['reachable'], circuitOpen };
}

const AWAY = { reachable: false, circuitOpen: '1' };
const THERE = { reachable: true, circuitOpen: '0' };

const linesOf = ({ log }: ServiceProcess): string[] =>
  log.filter(({ level }) => Number(level) >= 40 || level === 'warn').map(({ msg }) => String(msg));

async function serve(answer: (path: string, response: ServerResponse) => void): Promise<[Server, string]> {
  const server = createServer((request, response) => answer(request.url ?? '', response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return [server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`];
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
    while ((await toldOf(api)).circuitOpen === '1') await sleep(50);
    expect(await toldOf(api)).toEqual(THERE);
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

  it('the log says when Hydra names another issuer than HYDRA_ISSUER, and nothing when it is the same', async () => {
    const keys = JSON.stringify(setup.registry.hydra.jwks());
    const [server, url] = await serve((path, response) =>
      response.end(path.endsWith('jwks.json') ? keys : JSON.stringify({ issuer: 'https://hydra.test' })),
    );
    const settings = {
      ...hydraSettings(setup.hydra.adminUrl),
      DATABASE_URL: databaseUrl,
      HYDRA_JWKS_URI: `${url}/.well-known/jwks.json`,
    };
    const wrong = await ServiceProcess.start(settings);
    while (linesOf(wrong).length === 0) await sleep(20);
    await wrong.stop();
    const right = await ServiceProcess.start({ ...settings, HYDRA_ISSUER: 'https://hydra.test' });
    await right.stop();
    server.close();
    expect(linesOf(wrong)).toEqual([expect.stringMatching(/^HYDRA_ISSUER is not .*"https:\/\/hydra.test"/)]);
    expect(linesOf(right)).toEqual([]);
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
