import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createDatabase } from '../../support/postgres.js';
import { ServiceProcess } from '../../support/service-process.js';

const dockerfile = readFileSync('Dockerfile', 'utf8');
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as {
  readonly version: string;
  readonly scripts: Readonly<Record<string, string>>;
};

/** The exit code of the image's own health check. */
function health(port: string): number | null {
  const [, command = ''] = /HEALTHCHECK[^]*?CMD (\[.*\])$/m.exec(dockerfile) ?? [];
  const [program = '', ...args] = JSON.parse(command) as string[];
  return spawnSync(program, args, { env: { PATH: process.env['PATH'], PORT: port } }).status;
}

describe('The image', () => {
  it('the image has a health check that needs no Node and tells a ready service from one that is not there', async () => {
    const service = await ServiceProcess.start({ DATABASE_URL: await createDatabase(), SHUTDOWN_DELAY: '2' });
    const { port } = new URL(service.url);
    expect(health(port)).toBe(0);
    service.signal('SIGTERM');
    while ((await service.api.get('/health/ready')).status === 200);
    expect(health(port)).not.toBe(0);
    await service.ended;
    expect(health(port)).not.toBe(0);
  });

  it('the image runs as a user whose number says that it is not root', () => {
    expect(dockerfile).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
  });

  it('the image has the version of the package in its labels', () => {
    expect(dockerfile).toContain(`org.opencontainers.image.version="${manifest.version}"`);
  });

  it('the image starts the service with the command line of npm start, options of Node included', () => {
    const [, command = ''] = /^CMD (\[.*\])$/m.exec(dockerfile) ?? [];
    const words = (JSON.parse(command) as string[]).join(' ');
    expect(manifest.scripts).toMatchObject({ start: `exec ${words}`, 'start:prod': words });
  });

  it('the image is built without what holds secrets', () => {
    expect(readFileSync('.dockerignore', 'utf8').split('\n')).toEqual(
      expect.arrayContaining(['.env', '.env.*']),
    );
  });
});
