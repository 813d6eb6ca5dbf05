import * as oidc from 'openid-client';
import { expectPage, expectRedirect } from './browser.js';
import type { FlowServer } from './servers/flow-server.js';
import { SERVERS } from './servers/servers.js';
import { ClientApp } from './support.js';

const RETURN = 'https://shop.example.com/signed-out';

describe.each(SERVERS)('signing out at the request of a client, with $name', ({ start, dialect }) => {
  let server: FlowServer;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  const register = (body = {}): Promise<ClientApp> =>
    ClientApp.of(server, {
      name: 'Shop',
      grant_types: ['authorization_code'],
      post_logout_redirect_uris: [RETURN],
      ...body,
    });
  const urlOf = ({ config }: ClientApp, hint: string | undefined, to = RETURN): URL =>
    oidc.buildEndSessionUrl(config, {
      id_token_hint: String(hint),
      post_logout_redirect_uri: to,
      state: 'some state',
    });
  const BACK = `${RETURN}?state=some%20state`;
  const spelled = ({ href }: URL): string => href.replace('+', '%20');

  it('signing out at the request of a client brings the person back to it, with its state', async () => {
    const app = await register();
    const browser = app.browser();
    const { id_token: hint } = await app.signIn({}, browser);
    const question = await browser.open(urlOf(app, hint));

    expect(spelled(expectRedirect(await browser.press(question, 'Sign out')))).toBe(BACK);
  });

  it('signing out at the request of a client brings back who is not signed in any more, too', async () => {
    const app = await register();
    const browser = app.browser();
    const { id_token: hint } = await app.signIn({}, browser);
    await browser.press(await browser.open(urlOf(app, hint)), 'Sign out');

    expect(spelled(expectRedirect(await browser.open(urlOf(app, hint))))).toBe(BACK);
  });

  it('signing out brings nobody to an address that the client has not registered, nor to one that it had', async () => {
    const app = await register();
    const browser = app.browser();
    const { id_token: hint } = await app.signIn({}, browser);
    const other = await browser.open(urlOf(app, hint, 'https://shop.example.com/'));
    await app.change({ post_logout_redirect_uris: [] });
    const former = await browser.open(urlOf(app, hint));

    expect([other, former].map((page) => expectPage(page).status)).toEqual([
      dialect.errorPage,
      dialect.errorPage,
    ]);
  });
});
