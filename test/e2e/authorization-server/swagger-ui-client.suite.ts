import * as oidc from 'openid-client';
import {
  DEMO_ORGANIZATION,
  DEMO_PROJECT,
  DEMO_WEB_CLIENT,
  SWAGGER_UI_CLIENT_ID,
} from '../../../src/embedded-server/demo/demo.js';
import { Browser, expectRedirect } from '../../flows/browser.js';
import { ADA, discover, VIC } from '../../flows/support.js';
import { useRegistry } from '../../support/use-registry.js';

const WEB = `/v1/organizations/${DEMO_ORGANIZATION.id}/projects/${DEMO_PROJECT.id}/oauth-clients/${DEMO_WEB_CLIENT.id}`;

describe('the client of Swagger UI', () => {
  const { registry } = useRegistry();

  /** What Swagger UI does when a person presses Authorize: code and PKCE, and no consent page. */
  async function authorize(
    person: string,
    scope = 'oauth_clients:read oauth_clients:write',
  ): Promise<string> {
    const config = await discover(registry, SWAGGER_UI_CLIENT_ID, oidc.None());
    const verifier = oidc.randomPKCECodeVerifier();
    const url = oidc.buildAuthorizationUrl(config, {
      redirect_uri: `${registry.url}/docs/oauth2-redirect.html`,
      scope,
      state: 'state',
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      prompt: 'login',
    });
    const browser = new Browser(`${registry.url}/oauth2/`);
    const answer = expectRedirect(await browser.press(await browser.open(url), person));
    const checks = { expectedState: 'state', pkceCodeVerifier: verifier };
    return (await oidc.authorizationCodeGrant(config, answer, checks)).access_token;
  }

  const patch = (token: string, body: object) => registry.api.patch(WEB, { token, body });

  it('the client of Swagger UI lets the demo admin change a client', async () => {
    const token = await authorize(ADA);

    expect((await patch(token, { description: 'Changed' })).status).toBe(200);
    expect((await patch(token, { grant_types: ['client_credentials'] })).status).toBe(422);
  });

  it('the client of Swagger UI lets the demo viewer read only', async () => {
    const token = await authorize(VIC);

    expect((await registry.api.get(WEB, { token })).status).toBe(200);
    expect((await patch(token, { description: 'Not allowed' })).status).toBe(403);
  });

  it('the client of Swagger UI gives no more than is asked for', async () => {
    expect((await patch(await authorize(ADA, 'oauth_clients:read'), { description: 'x' })).status).toBe(403);
  });

  it('the client of Swagger UI is answered across origins only for pages of this service', async () => {
    const ask = (origin: string): Promise<Response> =>
      fetch(`${registry.url}/oauth2/token`, {
        method: 'POST',
        headers: { origin },
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          client_id: SWAGGER_UI_CLIENT_ID,
          code: 'x',
        }),
      });

    expect((await ask(registry.url)).headers.get('access-control-allow-origin')).toBe(registry.url);
    expect((await ask('https://evil.example')).headers.get('access-control-allow-origin')).toBeNull();
  });
});
