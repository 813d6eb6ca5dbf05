import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { freePort } from '../support/free-port.js';
import { HydraStandIn } from '../support/hydra/hydra-stand-in.js';

interface End {
  readonly code?: number;
  readonly stderr: string;
}

/** What `npm run test:hydra` says first. */
const begin = (env: Record<string, string>): Promise<End> =>
  promisify(execFile)(process.execPath, ['test/support/real-servers.mjs'], { env }).catch(
    (error: unknown) => error as End,
  );

describe('npm run test:hydra', () => {
  let hydra: HydraStandIn;

  beforeAll(async () => {
    hydra = await HydraStandIn.start();
  });
  afterAll(() => hydra.stop());

  it('npm run test:hydra says which version of Hydra it tests', async () => {
    const { code, stderr } = await begin({ HYDRA_ADMIN_URL: hydra.adminUrl });
    expect([code, stderr]).toEqual([undefined, expect.stringContaining('of version v26.2.0.\n')]);
  });

  it('npm run test:hydra tests another version of Hydra only where HYDRA_VERSION names it', async () => {
    const settings = { HYDRA_ADMIN_URL: hydra.adminUrl, HYDRA_VERSION: 'v25.4' };
    const { code, stderr } = await begin(settings);
    expect([code, stderr]).toEqual([1, expect.stringContaining('or set HYDRA_VERSION=v26.2.0')]);
    expect((await begin({ ...settings, HYDRA_VERSION: 'v26.2.0' })).code).toBeUndefined();
  });

  it('npm run test:hydra ends at once where no Hydra answers', async () => {
    const { code, stderr } = await begin({ HYDRA_ADMIN_URL: `http://127.0.0.1:${await freePort()}` });
    expect([code, stderr]).toEqual([1, expect.stringContaining('of version unknown.\n')]);
  });
});
