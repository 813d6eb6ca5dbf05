import * as oidc from 'openid-client';
import type { OAuthClientDto } from '../../src/oauth-clients/dto/oauth-client.dto.js';
import type { HydraServer } from './servers/hydra-server.js';
import { HYDRAS } from './servers/servers.js';
import { authentication, ClientApp, errorOf, sayYes } from './support.js';

const METHODS = ['client_secret_basic', 'client_secret_post', 'none'] as const;

describe.each(HYDRAS)('the token gate, with $name', ({ start }) => {
  let server: HydraServer;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  const register = (method: OAuthClientDto['token_endpoint_auth_method']): Promise<ClientApp> =>
    ClientApp.of(server, {
      name: 'Shop',
      grant_types: [
        'authorization_code',
        'refresh_token',
        ...(method === 'none' ? [] : ['client_credentials']),
      ],
      scopes: ['openid', 'offline_access', 'notes:read'],
      token_endpoint_auth_method: method,
    });

  /** The same client, which asks Hydra itself. */
  function pastTheGate({ registered, config }: ClientApp): oidc.Configuration {
    // Without its method, which the constructor adds anew.
    const metadata = JSON.parse(JSON.stringify(config.serverMetadata())) as oidc.ServerMetadata;
    const direct = new oidc.Configuration(
      { ...metadata, token_endpoint: server.pastTheGate(new URL('/oauth2/token', server.issuer)).href },
      registered.client_id,
      undefined,
      authentication(registered, registered.client_secret),
    );
    oidc.allowInsecureRequests(direct);
    return direct;
  }

  describe.each(METHODS)('of a client that authenticates by %s', (method) => {
    it('the token gate brings tokens for a code and for a refresh token, which ends when it is revoked', async () => {
      const app = await register(method);
      const { refresh_token: first } = await app.signIn({ scope: 'openid offline_access' });
      const { refresh_token: second } = await oidc.refreshTokenGrant(app.config, String(first));
      await oidc.tokenRevocation(app.config, String(second));

      expect(await errorOf(oidc.refreshTokenGrant(app.config, String(second)))).not.toBe('none');
    });

    if (method === 'none') return;

    it('the token gate is the only way: Hydra itself refuses the very same secret', async () => {
      const app = await register(method);

      expect(await errorOf(oidc.clientCredentialsGrant(app.config))).toBe('none');
      expect(await errorOf(oidc.clientCredentialsGrant(pastTheGate(app)))).toBe('invalid_client');
    });

    it('the token gate consumes no code for a wrong secret', async () => {
      const app = await register(method);
      const wrong = await app.authenticatingWith(authentication(app.registered, 'wrong'));
      const attempt = await app.begin();
      const browser = app.browser();
      const answer = await sayYes(browser, await browser.open(attempt.url));

      expect(await errorOf(app.finish(attempt, answer, wrong))).toBe('invalid_client');
      expect(await errorOf(app.finish(attempt, answer))).toBe('none');
    });
  });
});
