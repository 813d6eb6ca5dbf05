import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  DEMO_MACHINE_CLIENT,
  DEMO_ORGANIZATION,
  DEMO_PROJECT,
  DEMO_WEB_CLIENT,
} from '../../../src/embedded-server/demo/demo.js';
import { createDatabase } from '../../support/postgres.js';
import { TestRegistry, WEB_CLIENT } from '../../support/registry.js';
import { ServiceProcess } from '../../support/service-process.js';
import { useRegistry } from '../../support/use-registry.js';

const CLIENTS = `/v1/organizations/${DEMO_ORGANIZATION.id}/projects/${DEMO_PROJECT.id}/oauth-clients`;

interface Parameter {
  readonly name: string;
  readonly example?: string;
}

describe('The trial', () => {
  const { registry, tenant } = useRegistry();

  it('the trial begins at /, which leads to Swagger UI', async () => {
    const { status, headers } = await registry.api.get('/');
    expect([status, headers.get('location')]).toEqual([302, '/docs']);
  });

  it('the trial does not offer the demo client for deletion, and offers it for all else', async () => {
    const { body } = await registry.api.get<{
      paths: Record<string, Record<string, { parameters?: Parameter[] }>>;
    }>('/openapi.json');
    const examples = Object.entries(body.paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(() => path.includes('{oauth_client_id}'))
        .map(([method, { parameters }]) => [
          method,
          parameters?.find(({ name }) => name === 'oauth_client_id')?.example,
        ]),
    );
    expect(examples.filter(([method]) => method === 'delete').length).toBeGreaterThan(0);
    for (const [method, example] of examples) {
      expect([method, example]).toEqual([method, method === 'delete' ? undefined : DEMO_WEB_CLIENT.id]);
    }
  });

  it('the trial goes on at later starts after the demo clients were deleted, with all that still works', async () => {
    const settings = {
      DATABASE_URL: await createDatabase(),
      DATA_DIR: mkdtempSync(join(tmpdir(), 'registry-trial-')),
      LOG_LEVEL: 'silent',
    };
    const first = await ServiceProcess.start(settings);
    const [, token] = /^ADMIN='(.*)'$/m.exec(first.stdout) ?? [];
    for (const { id } of [DEMO_WEB_CLIENT, DEMO_MACHINE_CLIENT]) {
      expect((await first.api.delete(`${CLIENTS}/${id}`, { token })).status).toBe(204);
    }
    await first.stop();
    const second = await ServiceProcess.start(settings);
    const [, fresh] = /^ADMIN='(.*)'$/m.exec(second.stdout) ?? [];
    expect((await second.api.get(CLIENTS, { token: fresh })).status).toBe(200);
    expect(second.stdout).toMatch(/^VIEWER='/m);
    expect(second.stdout).not.toContain(DEMO_WEB_CLIENT.id);
    expect(second.stdout).toContain('The demo web client was deleted');

    const project = `/v1/organizations/${DEMO_ORGANIZATION.id}/projects/${DEMO_PROJECT.id}`;
    const platform = await registry.platform();
    expect((await second.api.delete(project, { token: platform })).status).toBe(204);
    await second.stop();
    const third = await ServiceProcess.start(settings);
    await third.stop();
    expect(third.stdout).not.toContain('ADMIN=');
  });

  it('the trial makes tokens that the running service accepts, whatever its port is, and whoever else has run beside it', async () => {
    const DATA_DIR = mkdtempSync(join(tmpdir(), 'registry-trial-'));
    const settings = { DATABASE_URL: await createDatabase(), DATA_DIR };
    const makeToken = (env: Record<string, string> = {}) =>
      promisify(execFile)(process.execPath, ['dist/src/commands/demo-token.js', 'viewer'], {
        env: { PATH: process.env['PATH'], DATA_DIR, ...env },
      });
    const statusWith = async ({ stdout }: { stdout: string }): Promise<number> =>
      (await service.api.get(CLIENTS, { token: stdout.trim() })).status;

    const service = await ServiceProcess.start(settings);
    const other = await ServiceProcess.start(settings);
    const ports = [service, other].map(({ url }) => new URL(url).port);
    await expect(makeToken()).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        `PUBLIC_URL=http://localhost:(${ports.join('|')}) or PUBLIC_URL=http://localhost:(${ports.join('|')})[.]\n$`,
      ) as string,
    });
    expect(await statusWith(await makeToken({ PORT: String(ports[0]) }))).toBe(200);
    await other.stop();
    expect(await statusWith(await makeToken())).toBe(200);
    // It leaves its note behind.
    const killed = await ServiceProcess.start(settings);
    await killed.stop('SIGKILL');
    expect(await statusWith(await makeToken())).toBe(200);
    await service.stop();
  });

  it('the authorization server of the trial is described where RFC 8414 looks for it, and only there', async () => {
    const where = '/.well-known/oauth-authorization-server';
    const described = await registry.api.get(`${where}/oauth2`);
    const mounted = await registry.api.get(`/oauth2${where}`);
    expect([described.status, described.body]).toEqual([200, mounted.body]);
    expect(described.body).toMatchObject({ issuer: `${registry.url}/oauth2` });
    const others = [where, `${where}/`, `${where}/oauth2/`, `${where}/oauth2/jwks`, `${where}/OAuth2`];
    for (const path of others) expect([path, (await registry.api.get(path)).status]).toEqual([path, 404]);
    expect((await registry.api.post(`${where}/oauth2`)).status).toBe(404);
  });

  describe('its cookies', () => {
    async function cookiesOf(at: TestRegistry, headers: Record<string, string>): Promise<string[]> {
      const tenantThere = at === registry ? tenant : await at.tenant();
      const { client_id } = await tenantThere.createClient({ ...WEB_CLIENT, scopes: ['openid'] });
      const query = new URLSearchParams({
        client_id,
        response_type: 'code',
        scope: 'openid',
        redirect_uri: String(WEB_CLIENT.redirect_uris[0]),
      });
      const answer = await at.api.get(`/oauth2/auth?${query.toString()}`, { headers });
      expect([answer.status, answer.text]).toEqual([303, expect.any(String)]);
      return answer.headers.getSetCookie();
    }
    const isSecure = (cookie: string): boolean => /;\s*secure\b/i.test(cookie);

    it.each<Record<string, string>>([{}, { 'x-forwarded-proto': 'http' }])(
      'the cookies of the trial are Secure where PUBLIC_URL is https, whatever the request says: %j',
      async (headers) => {
        const secure = await TestRegistry.start({ PUBLIC_URL: 'https://registry.example' });
        const cookies = await cookiesOf(secure, headers);
        await secure.stop();
        expect(cookies.length).toBeGreaterThan(0);
        expect(cookies.filter((cookie) => !isSecure(cookie))).toEqual([]);
      },
    );

    it.each<Record<string, string>>([{}, { 'x-forwarded-proto': 'https' }])(
      'the cookies of the trial are not Secure where PUBLIC_URL is http, for which browsers would drop them: %j',
      async (headers) => {
        const cookies = await cookiesOf(registry, headers);
        expect(cookies.length).toBeGreaterThan(0);
        expect(cookies.filter(isSecure)).toEqual([]);
      },
    );
  });
});
