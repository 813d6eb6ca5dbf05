import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import { HydraStandIn } from '../../support/hydra/hydra-stand-in.js';
import { hydraSettings } from '../../support/hydra/hydra-registry.js';
import { TestRegistry, type Body, type TestTenant } from '../../support/registry.js';
import { ServiceProcess } from '../../support/service-process.js';
import { TcpProxy } from '../../support/tcp-proxy.js';
import { untilWaiting } from '../../support/until-waiting.js';

const MACHINE = { name: 'Export', grant_types: ['client_credentials'] };

describe.each(['the embedded server', 'Hydra'])(
  'With %s, a process that is killed between commit and answer',
  (server) => {
    let registry: TestRegistry;
    let tenant: TestTenant;
    let proxy: TcpProxy;
    let hydra: HydraStandIn | null = null;
    let settings: Record<string, string>;
    const services: ServiceProcess[] = [];

    beforeAll(async () => {
      registry = await TestRegistry.start();
      tenant = await registry.tenant();
      proxy = await TcpProxy.to(registry.databaseUrl);
      hydra = server === 'Hydra' ? await HydraStandIn.start() : null;
      settings = {
        DATA_DIR: mkdtempSync(join(tmpdir(), 'registry-killed-')),
        ...(hydra && hydraSettings(hydra.adminUrl)),
      };
    });
    afterAll(async () => {
      for (const service of services) await service.stop('SIGKILL');
      await proxy.close();
      await registry.stop();
      await hydra?.stop();
    });

    const start = async (databaseUrl: string): Promise<ServiceProcess> => {
      const service = await ServiceProcess.start({ ...settings, DATABASE_URL: databaseUrl });
      services.push(service);
      return service;
    };
    const keysOf = async (): Promise<number> =>
      (await registry.database.query('select from idempotency_keys')).rowCount ?? 0;
    const until = async (test: () => Promise<boolean>): Promise<void> => {
      for (let tries = 0; tries < 1_500; tries++) {
        if (await test()) return;
        await sleep(20);
      }
      throw new Error(`it has not happened: ${test.toString()}`);
    };

    it('a process killed between commit and answer has done what its caller repeats: the secret answered then works', async () => {
      const call = {
        token: tenant.admin,
        body: MACHINE,
        headers: { 'idempotency-key': randomUUID() },
      };
      const first = await start(proxy.url);
      // Its connections are there, and its statements are prepared.
      await first.api.post(tenant.clients, { ...call, headers: { 'idempotency-key': randomUUID() } });
      const before = await keysOf();

      const lock = await registry.database.connect();
      await lock.query('begin');
      await lock.query('select from projects where id = $1 for update', [tenant.projectId]);
      const lost = first.api.post(tenant.clients, call).catch(() => null);
      await untilWaiting(registry.database);
      proxy.swallowAnswers();
      await lock.query('commit');
      lock.release();
      await until(async () => (await keysOf()) === before + 1);
      await first.stop('SIGKILL');
      expect(await lost).toBeNull();

      const second = await start(registry.databaseUrl);
      const answer = await second.api.post<OAuthClientDto>(tenant.clients, call);
      expect([answer.status, answer.headers.get('idempotency-replayed')]).toEqual([201, 'true']);
      expect(await keysOf()).toBe(before + 1);
      expect(await works(second, answer.body)).toBe(true);

      await registry.database.query(`update idempotency_keys set created = created - interval '10 minutes'`);
      const late = await second.api.post<Body>(tenant.clients, call);
      expect([late.status, late.body['code']]).toEqual([409, 'idempotent_secret_expired']);
    }, 120_000);

    async function works(
      service: ServiceProcess,
      { client_id, client_secret }: OAuthClientDto,
    ): Promise<boolean> {
      if (hydra) {
        const { clients } = hydra;
        await until(() => Promise.resolve(clients.has(client_id)));
        return clients.get(client_id)?.secret === client_secret;
      }
      const { status } = await fetch(`${service.url}/oauth2/token`, {
        method: 'POST',
        headers: {
          authorization: `Basic ${Buffer.from(`${client_id}:${client_secret}`).toString('base64')}`,
        },
        body: new URLSearchParams({ grant_type: 'client_credentials' }),
      });
      return status === 200;
    }
  },
);
