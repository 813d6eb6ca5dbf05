import * as oidc from 'openid-client';
import { outcomeOf } from './browser.js';
import type { FlowServer } from './servers/flow-server.js';
import { SERVERS } from './servers/servers.js';
import { ClientApp, errorOf } from './support.js';

const ORDERS = 'https://api.example.com/orders';
const STOCK = 'https://api.example.com/stock';
/** An API of somebody else below the path of the first one, with which Hydra by itself would take it for listed. */
const BELOW = `${ORDERS}/of/another`;

describe.each(SERVERS)('audiences, with $name', ({ start, dialect }) => {
  let server: FlowServer;

  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server.stop());

  const register = (body = {}): Promise<ClientApp> =>
    ClientApp.of(server, {
      name: 'Shop',
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      scopes: ['openid', 'offline_access', 'notes:read'],
      audiences: [ORDERS, STOCK],
      ...body,
    });
  const asking = (audience: string) => ({ [dialect.audienceParameter]: audience });
  const audienceOf = (token: string | undefined): unknown[] => [dialect.claimsOf(token)['aud']].flat();
  const asMachine = ({ config }: ClientApp, audience: string) =>
    oidc.clientCredentialsGrant(config, { scope: 'notes:read', ...asking(audience) });

  it('audiences are in the token of a code and of its refresh', async () => {
    const app = await register();
    const tokens = await app.signIn({ scope: 'openid offline_access notes:read', ...asking(ORDERS) });
    const refreshed = await oidc.refreshTokenGrant(app.config, String(tokens.refresh_token));

    expect([tokens, refreshed].map(({ access_token: token }) => audienceOf(token))).toEqual([
      [ORDERS],
      [ORDERS],
    ]);
  });

  it('audiences are in the token of a machine that asks for them', async () => {
    const app = await register();

    expect(audienceOf((await asMachine(app, STOCK)).access_token)).toEqual([STOCK]);
  });

  it('audiences are in no token that did not ask for them', async () => {
    const { access_token: token } = await oidc.clientCredentialsGrant((await register()).config);

    expect(audienceOf(token)).not.toEqual(expect.arrayContaining([expect.stringMatching(/api\.example/)]));
  });

  it.each([
    ['that is not listed', 'https://api.example.com/billing', dialect.otherAudience],
    ['below one that is', BELOW, dialect.audienceBelow],
  ])('audiences are refused to a client that asks for one %s', async (_, audience, { page, machine }) => {
    const app = await register();

    expect(outcomeOf(await app.open({ scope: 'openid', ...asking(audience) }))).toBe(page);
    expect(await errorOf(asMachine(app, audience))).toBe(machine);
  });

  it('audiences end with the next token when they are taken away', async () => {
    const app = await register();
    const { refresh_token: token } = await app.signIn({
      scope: 'openid offline_access',
      ...asking(ORDERS),
    });
    await app.change({ audiences: [STOCK] });

    expect(await errorOf(oidc.refreshTokenGrant(app.config, String(token)))).toBe(dialect.endedAudience);
    expect(await errorOf(asMachine(app, ORDERS))).toBe(dialect.otherAudience.machine);
    expect(await errorOf(asMachine(app, STOCK))).toBe('none');
  });

  it('audiences that are taken away end with the next token when one above stays', async () => {
    const app = await register({ audiences: [ORDERS, BELOW] });
    const { refresh_token: token } = await app.signIn({
      scope: 'openid offline_access',
      ...asking(BELOW),
    });
    await app.change({ audiences: [ORDERS] });

    expect(await errorOf(oidc.refreshTokenGrant(app.config, String(token)))).toBe(
      dialect.audienceBelow.machine,
    );
    expect(await errorOf(asMachine(app, BELOW))).toBe(dialect.audienceBelow.machine);
  });
});
