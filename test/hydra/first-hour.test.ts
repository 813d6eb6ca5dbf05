import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { DEMO_PEOPLE } from '../../src/embedded-server/demo/demo.js';
import { chromiumPath, launchChromium } from '../support/chromium.js';
import { LoginConsentApp } from '../support/hydra/login-consent-app.js';
import { createDatabase } from '../support/postgres.js';
import { ServiceProcess } from '../support/service-process.js';
import { SwaggerUi } from '../support/swagger-ui.js';

const { HYDRA_ADMIN_URL: adminUrl, HYDRA_PUBLIC_URL: hydraUrl, KRATOS_PUBLIC_URL: kratosUrl } = process.env;
const ADMIN = DEMO_PEOPLE.admin;

/** Real servers alone can say whether what a new user does first works, from one end to the other. */
const withRealServers = adminUrl && hydraUrl && kratosUrl ? describe : describe.skip;

withRealServers('the first hour, with the registry as docker-compose.yml starts it', () => {
  let registry: ServiceProcess | undefined;
  let pages: LoginConsentApp | undefined;

  beforeAll(async () => {
    const settings = composeSettings('registry');
    const trusted = settings['KRATOS_JWKS_URI']?.replace('/etc/config', `${process.cwd()}/docker/kratos`);
    registry = await ServiceProcess.start({
      ...settings,
      PORT: '3000',
      DATABASE_URL: await createDatabase(),
      HYDRA_ADMIN_URL: String(adminUrl),
      HYDRA_JWKS_URI: `${hydraUrl}/.well-known/jwks.json`,
      KRATOS_JWKS_URI: String(trusted),
      ...(process.env['HOOK_SECRET'] && { HOOK_SECRET: process.env['HOOK_SECRET'] }),
      ...(settings['HYDRA_PUBLIC_URL'] && { HYDRA_PUBLIC_URL: process.env['HYDRA_DIRECT_URL'] ?? '' }),
    });
    pages = await LoginConsentApp.start({ adminUrl: () => String(adminUrl), port: 3001 });
  });
  afterAll(async () => {
    await Promise.all([registry?.stop(), pages?.stop()]);
  });

  /** The person of the tests' login app, who does not fill in the same fields as the one of Ory's example. */
  const walk = () =>
    promisify(execFile)('sh', ['docker/walk.sh'], {
      env: {
        PATH: process.env['PATH'],
        HYDRA: hydraUrl,
        KRATOS: kratosUrl,
        LOGIN_SUBJECT: ADMIN.subject,
        LOGIN_FORM: `subject=${ADMIN.subject}`,
        CONSENT_FORM: 'answer=allow',
      },
    });

  // Kratos asks a service on the internet whether a password is known, and waits for it where there is none.
  it.each(['first', 'second', 'third'])(
    'the walk of the first hour leads from nothing to a first change, the %s time',
    async () => {
      const { stdout, stderr } = await walk();

      expect(stderr).toBe('');
      expect(stdout).toMatch(/\n7\. .*\n.*"description":"Changed on a walk".*"sync_status":"synced"/);
      expect(stdout).toMatch(/\n9\. .*\n.*"https:\/\/api\.example\.com\/orders".*"project_id":"de300000/);
      expect(stdout).toMatch(/\nDone\. /);
    },
    120_000,
  );

  it('the registry tells how to go on when it starts', () => {
    expect(registry?.stdout).toContain(`'${hydraUrl}/oauth2/token'`);
    expect(registry?.stdout).toContain('tokenize_as');
  });

  (chromiumPath ? describe : describe.skip)('Swagger UI', () => {
    let browser: Browser;
    let docs: SwaggerUi;

    beforeAll(async () => {
      browser = await launchChromium();
      docs = await SwaggerUi.open(browser, 'http://localhost:3000');
      await docs.signInAs(ADMIN.name);
    });
    afterAll(() => browser.close());

    it('Swagger UI signs a person in through Hydra', async () => {
      expect(await docs.authorizations()).toEqual({ bearer: false, person: true, machine: false });
    });

    it('Swagger UI lists the clients of the walk for the person who has signed in through Hydra', async () => {
      const { status, body } = await docs.execute('listOAuthClients');
      await docs.screenshot('hydra-listed');
      expect(status).toBe(200);
      expect(body['data']).toEqual(
        expect.arrayContaining([expect.objectContaining({ name: 'Web shop', sync_status: 'synced' })]),
      );
    });

    it('Swagger UI signs a machine in through Hydra, with an audience', async () => {
      expect(await docs.signInMachine('platform', 'for-trying-only-platform-secret', 'registry:admin')).toBe(
        '',
      );
    });

    it('Swagger UI breaks no rule of the content security policy beside Hydra', () => {
      expect(docs.complaints).toEqual([]);
    });
  });
});

/** The environment of a service of docker-compose.yml, with the values that it falls back to. */
function composeSettings(service: string): Record<string, string> {
  const [, text = ''] = readFileSync('docker-compose.yml', 'utf8').split(`\n  ${service}:\n`);
  const [, block = ''] = /\n {4}environment:\n((?: {6}.*\n)+)/.exec(`\n${text}`) ?? [];
  const lines = block.split('\n').flatMap((line) => {
    const [, name, value = ''] = /^ {6}(\w+): (.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, value.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1')] as const];
  });
  return Object.fromEntries(lines);
}
