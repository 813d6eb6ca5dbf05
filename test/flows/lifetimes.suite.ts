import { decodeJwt } from 'jose';
import * as oidc from 'openid-client';
import type { FlowServer } from './servers/flow-server.js';
import { SERVERS } from './servers/servers.js';
import { ClientApp } from './support.js';

const LIFETIMES = {
  access_token_lifetime: 4_200,
  id_token_lifetime: 4_300,
  refresh_token_lifetime: 4_400,
};

describe.each(SERVERS)('lifetimes, with $name', ({ start, dialect }) => {
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
      ...LIFETIMES,
      ...body,
    });
  /** Hydra rounds its times. */
  const around = (seconds: number) => expect.closeTo(seconds, -0.6) as number;
  const lifeOf = ({ exp, iat }: Readonly<Record<string, unknown>>) => Number(exp) - Number(iat);
  const livesOf = ({
    access_token: access,
    id_token: id,
    expires_in: expiresIn,
  }: oidc.TokenEndpointResponse) => ({
    access: lifeOf(dialect.claimsOf(access)),
    expiresIn,
    ...(id !== undefined && { id: lifeOf(decodeJwt(id)) }),
  });

  it('the lifetimes of a client show in the tokens of a code, of its refresh and of a machine', async () => {
    const app = await register();
    const tokens = await app.signIn({ scope: 'openid offline_access' });
    const refreshed = await oidc.refreshTokenGrant(app.config, String(tokens.refresh_token));
    const expected = { access: around(4_200), expiresIn: around(4_200), id: around(4_300) };

    expect(livesOf(tokens)).toEqual(expected);
    expect(livesOf(refreshed)).toEqual(expected);
    expect(livesOf(await oidc.clientCredentialsGrant(app.config))).toEqual({
      access: around(4_200),
      expiresIn: around(4_200),
    });
  });

  it('the lifetime of refresh tokens is how long each of them may stay unused', async () => {
    const app = await register();
    const { refresh_token: first = '' } = await app.signIn({ scope: 'openid offline_access' });
    expect(await server.lifeLeftOf(first)).toEqual(around(4_400));
    await app.change({ refresh_token_lifetime: 8_800 });
    const { refresh_token: second = '' } = await oidc.refreshTokenGrant(app.config, first);

    expect(second).not.toBe(first);
    expect(await server.lifeLeftOf(second)).toEqual(around(8_800));
  });

  it('the lifetimes of a client follow a change at the next token, and are the server’s own again when cleared', async () => {
    const machine = { grant_types: ['client_credentials'], redirect_uris: null };
    const [app, other] = [await register(machine), await register({ ...machine, access_token_lifetime: 0 })];
    const lifeNow = async ({ config }: ClientApp) =>
      livesOf(await oidc.clientCredentialsGrant(config)).access;

    expect((await app.change({ access_token_lifetime: 60 })).access_token_lifetime).toBe(60);
    expect(await lifeNow(app)).toEqual(around(60));
    expect((await app.change({ access_token_lifetime: 0 })).access_token_lifetime).toBeNull();
    expect(await lifeNow(app)).toEqual(around(await lifeNow(other)));
  });
});
