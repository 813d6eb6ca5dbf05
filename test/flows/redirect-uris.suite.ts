import { expectPage, expectRedirect, type Browser } from './browser.js';
import { OF_THE_WORLD } from './redirect-uris-of-the-world.js';
import type { FlowServer } from './servers/flow-server.js';
import { SERVERS } from './servers/servers.js';
import { CALLBACK, ClientApp, sayYes } from './support.js';

/** As apps and tools ship them. */
const OF_APPS = [
  'com.example.app:/oauth2redirect',
  'com.example.app:/',
  'com.example.app://callback',
  'com.example.app://callback/',
  'com.example.app://callback?flow=login',
  'com.example.app:///oauth-callback',
  'com.example.app://My_App-test.eu.example.com/android/com.my_app.debug/callback',
  'com.example.app://127.1/cb',
  "com.example.app://a!$&'()+,;=b/cb",
  'com.googleusercontent.apps.1234567890-abcdef:/oauth2redirect',
  'cursor://anysphere.cursor-mcp/oauth/callback',
  'exp://192.168.1.5:19000',
  'msal0a1b2c3d-0000-1111-2222-333344445555://auth',
  'http://app.localhost:3000/callback',
  'http://localhost:8000',
  'http://127.0.0.1:33418',
  'http://[::1]:61023/oauth2redirect',
  'https://my_service.example.com/callback',
  'https://shop.example.com',
  'https://shop.example.com/cb/%20%C3%A9;x=1',
  'https://xn--bcher-kva.example/callback',
];

describe.each(SERVERS)('redirect URIs, with $name', ({ start, dialect }) => {
  let server: FlowServer;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  const register = (redirect_uris: readonly string[], body = {}): Promise<ClientApp> =>
    ClientApp.of(server, {
      name: 'Shop',
      grant_types: ['authorization_code'],
      redirect_uris: redirect_uris,
      ...body,
    });

  const PUBLIC = { token_endpoint_auth_method: 'none' };

  /** Whether a request is accepted with this redirect URI; the answer to a refused one stays here. */
  async function accepts(app: ClientApp, redirectUri: string): Promise<boolean> {
    const page = expectPage(await app.open({ redirect_uri: redirectUri }));
    expect([200, dialect.errorPage]).toContain(page.status);
    return page.status === 200;
  }

  it('redirect URIs are accepted as registered, each of them', async () => {
    const app = await register([CALLBACK, 'https://shop.example.com/other']);

    expect(await accepts(app, CALLBACK)).toBe(true);
    expect(await accepts(app, 'https://shop.example.com/other')).toBe(true);
  });

  it.each([
    `${CALLBACK}/`,
    `${CALLBACK}?x=1`,
    `${CALLBACK}#`,
    'https://shop.example.com/Callback',
    'https://SHOP.example.com/callback',
    'https://shop.example.com:443/callback',
    'https://shop.example.com/%63allback',
    'https://shop.example.com/x/../callback',
    'http://shop.example.com/callback',
    'https://shop.example.com.evil.example/callback',
    'https://shop.example.com@evil.example/callback',
    'javascript:alert(1)',
    'not a uri',
    '//shop.example.com/callback',
  ])('redirect URIs are refused when they differ at all: %s', async (uri) => {
    expect(await accepts(await register([CALLBACK]), uri)).toBe(false);
  });

  it('a request without its redirect URI is refused', async () => {
    const app = await register([CALLBACK]);
    const { url } = await app.begin();
    url.searchParams.delete('redirect_uri');

    expect(expectPage(await app.browser().open(url)).status).toBe(dialect.errorPage);
  });

  it('redirect URIs hold as replaced from the next request on', async () => {
    const app = await register([CALLBACK]);
    await app.change({ redirect_uris: ['https://shop.example.com/new'] });

    expect(await accepts(app, 'https://shop.example.com/new')).toBe(true);
    expect(await accepts(app, CALLBACK)).toBe(false);
  });

  it('redirect URIs are checked again after the person has answered', async () => {
    const app = await register([CALLBACK]);
    const browser = app.browser();
    const page = await browser.press(await browser.open((await app.begin()).url), 'Ada');
    await app.change({ redirect_uris: ['https://shop.example.com/new'] });

    expect(expectPage(await browser.press(page, 'Allow')).status).toBe(dialect.errorPage);
  });

  describe('on this machine (RFC 8252)', () => {
    it.each([
      'http://127.0.0.1:51004/cb',
      'http://127.0.0.1/cb',
      'http://127.0.0.1:1/cb',
      'http://127.0.0.1:65535/cb',
    ])('redirect URIs on this machine accept any port of a loopback IP literal: %s', async (uri) => {
      expect(await accepts(await register(['http://127.0.0.1:8080/cb'], PUBLIC), uri)).toBe(true);
    });

    it('redirect URIs on this machine accept any port of the IPv6 loopback literal', async () => {
      expect(await accepts(await register(['http://[::1]/cb'], PUBLIC), 'http://[::1]:51004/cb')).toBe(true);
    });

    it.each([
      'http://127.0.0.1:51004/cb/',
      'http://127.0.0.1:51004/cb?x',
      'http://127.0.0.1:51004@evil.example/cb',
      'http://127.0.0.2:8080/cb',
      'http://localhost:8080/cb',
      'https://127.0.0.1:8080/cb',
      'http://[::1]:8080/cb',
    ])('redirect URIs on this machine are flexible in nothing but the port: %s', async (uri) => {
      expect(await accepts(await register(['http://127.0.0.1:8080/cb'], PUBLIC), uri)).toBe(false);
    });

    it.each([':0', ':65536', ':99999', ':080', ':'])(
      'redirect URIs on this machine never lead elsewhere by an odd port: %s',
      async (port) => {
        const app = await register(['http://127.0.0.1:8080/cb'], PUBLIC);

        expect(await accepts(app, `http://127.0.0.1${port}/cb`)).toBe(dialect.takesOddPorts);
      },
    );

    it('redirect URIs on this machine are exact for localhost, which is a name', async () => {
      const app = await register(['http://localhost:8080/cb'], PUBLIC);

      expect(await accepts(app, 'http://localhost:8080/cb')).toBe(true);
      expect(await accepts(app, 'http://localhost:8081/cb')).toBe(false);
    });
  });

  it.each([
    'https://shop.example.com/cb?next=a/b&flag&x=%20+~',
    'https://shop.example.com/cb?&&a=b!c',
    'https://shop.example.com/cb?',
    'https://shop.example.com?a=/',
    'http://localhost:8080/cb?q=a:b@c',
  ])('redirect URIs get the answer beside what they hold: %s', async (uri) => {
    const app = await register([uri]);
    const browser = app.browser();
    const attempt = await app.begin({ redirect_uri: uri });
    const answer = await sayYes(browser, await browser.open(attempt.url));

    expect(answer.searchParams.get('state')).toBe(attempt.state);
    expect(answer.searchParams.has('code')).toBe(true);
    expect(dialect.withoutAnswer(answer)).toBe(dialect.spelled(new URL(uri)));
  });

  it.each([
    ...OF_APPS.map((uri) => [uri, 'none'] as const),
    ...OF_APPS.filter((uri) => !uri.startsWith('http')).map((uri) => [uri, 'client_secret_basic'] as const),
  ])('redirect URIs bring tokens, sent back as they were registered: %s with %s', async (uri, method) => {
    const app = await register([CALLBACK, uri], { token_endpoint_auth_method: method });
    expect(app.registered.redirect_uris).toEqual([CALLBACK, uri]);
    const attempt = await app.begin({ redirect_uri: uri });
    const browser = app.browser();
    const answer = await sayYes(browser, await browser.open(attempt.url));

    const sent = new URL(uri);
    expect(answer.href.split('?')[0]).toBe(sent.href.split('?')[0]);
    expect([...answer.searchParams]).toEqual(expect.arrayContaining([...sent.searchParams]));
    expect((await app.redeem(attempt, answer, uri)).token_type).toMatch(/^bearer$/i);
  });

  describe('as the world registers them', () => {
    let app: ClientApp;
    let browser: Browser;

    beforeAll(async () => {
      app = await register(OF_THE_WORLD);
      browser = app.browser();
      const attempt = await app.begin({ redirect_uri: 'https://app.example.com/' });
      await sayYes(browser, await browser.open(attempt.url));
    });

    it('redirect URIs as the world registers them are kept byte for byte', () => {
      expect(app.registered.redirect_uris).toEqual(OF_THE_WORLD);
    });

    it.each(OF_THE_WORLD)('redirect URIs as the world registers them bring tokens: %s', async (uri) => {
      const attempt = await app.begin({ redirect_uri: uri });
      const answer = expectRedirect(await browser.open(attempt.url));

      expect(answer.href.split('?')[0]).toBe(new URL(uri).href.split('?')[0]);
      expect(dialect.withoutAnswer(answer).replace(/\?$/, '')).toBe(
        dialect.spelled(new URL(uri)).replace(/\?$/, ''),
      );
      expect((await app.redeem(attempt, answer, uri)).token_type).toMatch(/^bearer$/i);
    });
  });

  it.each([
    ['com.example.app://callback', 'com.example.app://callback/'],
    ['com.example.app://callback', 'com.example.app:/callback'],
    ['com.example.app://Callback', 'com.example.app://callback'],
    ['com.example.app:///cb', 'com.example.app:/cb'],
    ['com.example.app:/cb', 'com.example.app:///cb'],
    ['com.example.app://127.0.0.1:1/cb', 'com.example.app://127.0.0.1:2/cb'],
    ['http://app.localhost:3000/cb', 'http://app.localhost:3001/cb'],
    ['http://app.localhost:3000/cb', 'http://other.localhost:3000/cb'],
    ['https://my_service.example.com/cb', 'https://my-service.example.com/cb'],
    ['http://127.0.0.1', 'http://127.0.0.1:54321/'],
    ['http://localhost/cb', 'http://localhost:54321/cb'],
  ])('redirect URIs are compared byte for byte: %s is not %s', async (registered, asked) => {
    expect(await accepts(await register([registered]), registered)).toBe(true);
    expect(await accepts(await register([registered]), asked)).toBe(false);
  });

  it('redirect URIs that are refused never get the error', async () => {
    const app = await register([CALLBACK]);
    const page = expectPage(
      await app.open({ redirect_uri: 'https://evil.example/', response_type: 'nonsense' }),
    );

    expect([page.status, page.headers.get('location')]).toEqual([dialect.errorPage, null]);
  });

  it('redirect URIs that are proven get the error', async () => {
    const app = await register([CALLBACK]);
    const answer = expectRedirect(await app.open({ response_type: 'nonsense' }));

    expect(answer.searchParams.get('error')).toBe('unsupported_response_type');
    expect(answer.searchParams.get('state')).not.toBeNull();
  });
});
