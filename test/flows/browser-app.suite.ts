import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { chromiumPath, launchChromium } from '../support/chromium.js';
import type { FlowServer } from './servers/flow-server.js';
import { SERVERS } from './servers/servers.js';
import { ADA, ClientApp } from './support.js';

if (!chromiumPath)
  console.warn('No app in a browser is tested: no Chromium here. Install one, or name it in CHROMIUM.');

/** An empty page at every path of an origin of its own. */
async function serveApp(): Promise<{ origin: string; server: Server }> {
  const server = createServer((_, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>App</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

(chromiumPath ? describe : describe.skip).each(SERVERS)('an app in a browser, with $name', ({ start }) => {
  let server: FlowServer;
  let browser: Browser;
  let home: Awaited<ReturnType<typeof serveApp>>;
  let elsewhere: Awaited<ReturnType<typeof serveApp>>;
  let page: Page;

  beforeAll(async () => {
    [server, browser, home, elsewhere] = await Promise.all([
      start(),
      launchChromium(),
      serveApp(),
      serveApp(),
    ]);
  });
  afterAll(async () => {
    await browser.close();
    for (const app of [home, elsewhere]) app.server.close();
    await server.stop();
  });
  beforeEach(async () => {
    page = await (await browser.newContext()).newPage();
  });
  afterEach(() => page.context().close());

  const register = (body = {}): Promise<ClientApp> =>
    ClientApp.of(server, {
      name: 'Page',
      grant_types: ['authorization_code'],
      token_endpoint_auth_method: 'none',
      redirect_uris: [`${home.origin}/callback`],
      scopes: ['openid', 'notes:read'],
      ...body,
    });

  /** Signs a person in, up to where the app has its code. @returns the form with which the app redeems it */
  async function signIn(app: ClientApp): Promise<Record<string, string>> {
    const redirectUri = `${home.origin}/callback`;
    const { url, verifier } = await app.begin({ redirect_uri: redirectUri });
    await page.goto(url.href);
    await page.getByRole('button', { name: ADA }).click();
    await page.getByRole('button', { name: 'Allow' }).click();
    await page.waitForURL(`${redirectUri}?*`);
    return {
      grant_type: 'authorization_code',
      client_id: app.registered.client_id,
      redirect_uri: redirectUri,
      code: new URL(page.url()).searchParams.get('code') ?? '',
      code_verifier: verifier,
    };
  }

  /** What a script of the page may read of an answer, or how the browser refuses to show it. */
  const fetchFrom = (url: string, form?: Record<string, string>, headers: Record<string, string> = {}) =>
    page.evaluate(
      async ([address, fields, others]) => {
        try {
          const body = fields && new URLSearchParams(fields);
          const answer = await fetch(address, { method: body ? 'POST' : 'GET', body, headers: others });
          return (await answer.json()) as Record<string, unknown>;
        } catch (error) {
          return { failure: String(error) };
        }
      },
      [url, form, headers] as const,
    );
  const UNREADABLE = { failure: expect.stringContaining('Failed to fetch') as string };

  const endpointsOf = ({ config }: ClientApp) => {
    const {
      token_endpoint: token = '',
      jwks_uri: keys = '',
      end_session_endpoint: end = '',
    } = config.serverMetadata();
    return {
      token,
      keys,
      end,
      discovery: `${server.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
    };
  };

  it('an app in a browser reads the discovery document and the keys from any origin', async () => {
    const { discovery, keys } = endpointsOf(await register());
    await page.goto(elsewhere.origin);

    expect(await fetchFrom(discovery)).toMatchObject({ issuer: server.issuer });
    expect(await fetchFrom(keys)).toMatchObject({ keys: expect.any(Array) as unknown[] });
  });

  it('an app in a browser redeems its code where it was sent to, without a word about origins', async () => {
    const app = await register();
    const form = await signIn(app);

    expect(await fetchFrom(endpointsOf(app).token, form)).toMatchObject({
      access_token: expect.any(String) as string,
      id_token: expect.any(String) as string,
    });
  });

  it('an app in a browser reads nothing of the answer to its code at another origin', async () => {
    const app = await register();
    const form = await signIn(app);
    await page.goto(elsewhere.origin);

    expect(await fetchFrom(endpointsOf(app).token, form)).toEqual(UNREADABLE);
  });

  describe('of a client that keeps a secret', () => {
    /** Asks by a header that needs a preflight. */
    async function askAsMachine(app: ClientApp): Promise<unknown> {
      const { client_id: id, client_secret: secret } = app.registered;
      const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
      await page.goto(elsewhere.origin);
      return fetchFrom(endpointsOf(app).token, { grant_type: 'client_credentials' }, { authorization });
    }
    const machine = {
      grant_types: ['client_credentials'],
      token_endpoint_auth_method: 'client_secret_basic',
    };

    it('a browser app of a client that keeps a secret reads its tokens at an origin that is listed', async () => {
      const app = await register({ ...machine, allowed_cors_origins: [elsewhere.origin] });

      expect(await askAsMachine(app)).toMatchObject({ access_token: expect.any(String) as string });
    });

    it('a browser app of a client that keeps a secret reads nothing at an origin that is not listed, or no longer', async () => {
      const app = await register({ ...machine, redirect_uris: [`${elsewhere.origin}/cb`] });
      expect(await askAsMachine(app)).toEqual(UNREADABLE);
      await app.change({ allowed_cors_origins: [elsewhere.origin] });
      expect(await askAsMachine(app)).toMatchObject({ access_token: expect.any(String) as string });
      await app.change({ allowed_cors_origins: [] });

      expect(await askAsMachine(app)).toEqual(UNREADABLE);
    });
  });

  it('an app in a browser signs the person out, and has them back', async () => {
    const app = await register({ post_logout_redirect_uris: [`${home.origin}/signed-out`] });
    const form = await signIn(app);
    const { token, end } = endpointsOf(app);
    const { id_token: hint } = (await fetchFrom(token, form)) as Record<string, string>;
    const query = new URLSearchParams({
      id_token_hint: String(hint),
      post_logout_redirect_uri: `${home.origin}/signed-out`,
    });
    await page.goto(`${end}?${query.toString()}`);
    await page.getByRole('button', { name: 'Sign out' }).click();

    // A question mark with nothing after it may follow.
    await page.waitForURL(({ origin, pathname }) => origin + pathname === `${home.origin}/signed-out`);
  });

  it('an app in a browser is shown to the person without a picture from outside', async () => {
    const app = await register({ logo_uri: 'https://shop.example.com/logo.png', contacts: ['a@b.example'] });
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await signIn(app);

    const known = [...server.addresses, home.origin];
    expect(asked.filter((url) => !known.some((address) => url.startsWith(address)))).toEqual([]);
  });
});
