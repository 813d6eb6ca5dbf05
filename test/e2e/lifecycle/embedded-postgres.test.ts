import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Answer } from '../../support/api-client.js';
import type { Body } from '../../support/registry.js';
import { ServiceProcess } from '../../support/service-process.js';

describe('the service on its embedded PostgreSQL', () => {
  const directory = mkdtempSync(join(tmpdir(), 'registry-embedded-'));
  let service: ServiceProcess;

  const start = async (): Promise<void> => {
    service = await ServiceProcess.start({ DATA_DIR: directory });
  };
  /** As a person would paste it from the banner. */
  const printed = (name: string): string =>
    new RegExp(`^${name}='(.+)'$`, 'm').exec(service.stdout)?.[1] ?? '';
  const clientPath = (): string => `${new URL(printed('CLIENTS')).pathname}`;
  const patch = (description: string): Promise<Answer<Body>> => {
    const path = /^WEB="\$CLIENTS\/(.+)"$/m.exec(service.stdout)?.[1] ?? '';
    return service.api.patch<Body>(`${clientPath()}/${path}`, {
      token: printed('ADMIN'),
      body: { description },
    });
  };
  const descriptions = async (): Promise<unknown[]> => {
    const { body } = await service.api.get<{ data: Body[] }>(clientPath(), { token: printed('VIEWER') });
    return body.data.map(({ description }) => description);
  };

  afterAll(async () => {
    service.signal('SIGKILL');
    await rm(directory, { recursive: true, force: true });
  });

  it('the service on its embedded PostgreSQL keeps its data over a stop, and over being killed', async () => {
    await start();
    expect((await patch('written first')).status).toBe(200);
    expect(await service.stop()).toEqual({ code: 0, signal: null });

    await start();
    expect(await descriptions()).toContain('written first');
    expect((await patch('written second')).status).toBe(200);
    expect(await service.stop('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });

    await start();
    expect(await descriptions()).toContain('written second');
    expect(await service.stop('SIGINT')).toEqual({ code: 0, signal: null });
  });
});
