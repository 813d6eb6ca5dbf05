import { setTimeout as sleep } from 'node:timers/promises';
import * as oidc from 'openid-client';
import { HydraServer } from './servers/hydra-server.js';
import type { FlowServer } from './servers/flow-server.js';
import { SERVERS } from './servers/servers.js';
import { ClientApp, errorOf } from './support.js';

const SCOPE = 'openid offline_access notes:read';

describe.each(SERVERS)('once all tokens of a client are ended, with $name', ({ start, dialect }) => {
  let server: FlowServer;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  const register = (): Promise<ClientApp> =>
    ClientApp.of(server, {
      name: 'Shop',
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      scopes: SCOPE.split(' '),
    });

  it('the person signs in again after all tokens of a client are ended, and goes on with what that brings', async () => {
    const app = await register();
    const browser = app.browser();
    await app.signIn({ scope: SCOPE }, browser);
    await app.endTokens();
    const again = async (): Promise<string> => {
      const { refresh_token: token } = await app.signIn({ scope: SCOPE }, browser);
      return errorOf(oidc.refreshTokenGrant(app.config, String(token)));
    };

    // Hydra tells its hook the second of a sign-in, so that those of the first seconds cannot be told from older ones.
    if (dialect.kind === 'hydra') while ((await errorOf(again())) === 'access_denied') await sleep(200);
    expect(await again()).toBe('none');
  });

  it('machines go on with new tokens after all tokens of a client are ended', async () => {
    const app = await register();
    await app.endTokens();

    expect(await errorOf(oidc.clientCredentialsGrant(app.config))).toBe('none');
  });

  if (dialect.kind === 'hydra')
    it('introspection says of the tokens of a client so far that they are not active once all are ended', async () => {
      const app = await register();
      const tokens = [await app.signIn({ scope: SCOPE }), await oidc.clientCredentialsGrant(app.config)];
      const areActive = () =>
        Promise.all(
          tokens.map(async ({ access_token: token }) => {
            if (!(server instanceof HydraServer)) throw new Error('only Hydra introspects tokens');
            return (await server.introspect(token))['active'];
          }),
        );
      expect(await areActive()).toEqual([true, true]);
      await app.endTokens();

      expect(await areActive()).toEqual([false, false]);
    });
});
