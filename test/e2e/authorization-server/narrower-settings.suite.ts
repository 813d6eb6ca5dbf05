import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { decodeJwt } from 'jose';
import * as oidc from 'openid-client';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import { ClientApp, errorOf } from '../../flows/support.js';
import { HydraRegistry, hydraSettings } from '../../support/hydra/hydra-registry.js';
import { TestRegistry, type Body, type TestTenant } from '../../support/registry.js';
import { askTokenHook, reasonIn } from '../hydra/hooks-calls.js';

const WIDE = {
  ASSIGNABLE_SCOPES: 'openid offline_access notes:* orders:*',
  ASSIGNABLE_AUDIENCES: 'https://api.example.com/*',
};
const NARROW = {
  ASSIGNABLE_SCOPES: 'openid offline_access notes:*',
  ASSIGNABLE_AUDIENCES: 'https://api.example.com/stock',
  MAX_ACCESS_TOKEN_LIFETIME: '600',
  MAX_REFRESH_TOKEN_LIFETIME: '3600',
};
const [ORDERS, STOCK] = ['https://api.example.com/orders', 'https://api.example.com/stock'] as const;
const HELD = {
  scopes: ['openid', 'offline_access', 'notes:read', 'orders:read'],
  audiences: [ORDERS, STOCK],
  access_token_lifetime: 7_200,
  id_token_lifetime: 7_200,
  refresh_token_lifetime: 7_200,
};
const STILL_ASSIGNABLE = 'openid offline_access notes:read';

async function shown(registry: TestRegistry, tenant: TestTenant, id: string): Promise<OAuthClientDto> {
  return (await registry.api.get<OAuthClientDto>(tenant.client(id), { token: tenant.admin })).body;
}

/** What owners are told by now of a client that holds all of it. */
const ADVICE = [
  ['scope_no_longer_assignable', '/scopes/3'],
  ['audience_no_longer_assignable', '/audiences/0'],
  ['lifetime_no_longer_allowed', '/access_token_lifetime'],
  ['lifetime_no_longer_allowed', '/id_token_lifetime'],
  ['lifetime_no_longer_allowed', '/refresh_token_lifetime'],
];
const adviceIn = ({ advice }: OAuthClientDto) => advice.map(({ code, pointer }) => [code, pointer]);

describe('After a start with narrower settings, the embedded authorization server', () => {
  let wide: TestRegistry;
  let narrow: TestRegistry;
  let app: ClientApp;
  let tenant: TestTenant;
  /** For no audience in particular, and for the one that is assignable no longer. */
  let refreshToken: string;
  let refreshForOrders: string;

  beforeAll(async () => {
    wide = await TestRegistry.start(WIDE);
    tenant = await wide.tenant();
    const body = {
      name: 'Shop',
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      ...HELD,
    };
    app = await ClientApp.register(wide, tenant, body);
    const scope = HELD.scopes.join(' ');
    refreshToken = String((await app.signIn({ scope })).refresh_token);
    refreshForOrders = String((await app.signIn({ scope, resource: ORDERS })).refresh_token);
    await wide.app.stop();
    narrow = await TestRegistry.start({
      ...NARROW,
      DATABASE_URL: wide.databaseUrl,
      PORT: new URL(wide.url).port,
      PUBLIC_URL: wide.url,
    });
  });
  afterAll(async () => {
    await narrow.stop();
    await wide.database.end();
  });

  const askFor = (scope: string, resource?: string) =>
    oidc.clientCredentialsGrant(app.config, { scope, ...(resource && { resource }) });

  it('a registered scope that is no longer assignable is refused like one that never was', async () => {
    expect(await errorOf(askFor('orders:read'))).toBe('invalid_scope');
  });

  it('a machine that asks for all of its scopes that are still assignable gets them', async () => {
    const { access_token: token } = await askFor(STILL_ASSIGNABLE);

    expect(decodeJwt(token)['scope']).toBe(STILL_ASSIGNABLE);
  });

  it('a scope that is no longer assignable is left out, and a lifetime shortened, where they were granted before', async () => {
    const {
      access_token,
      id_token = '',
      refresh_token,
    } = await oidc.refreshTokenGrant(app.config, refreshToken);
    const [access, id] = [decodeJwt(access_token), decodeJwt(id_token)];
    const { rows } = await narrow.database.query<{ seconds: number }>(
      `select round(extract(epoch from expires_at - now()))::int as seconds from authorization_server_artifacts
       where model = 'RefreshToken' and id = sha256(convert_to($1, 'UTF8'))`,
      [refresh_token],
    );

    expect(String(access['scope']).split(' ').toSorted()).toEqual(['notes:read', 'offline_access', 'openid']);
    expect([access, id].map(({ exp, iat }) => Number(exp) - Number(iat))).toEqual([600, 600]);
    expect(Math.abs(Number(rows[0]?.seconds) - 3_600)).toBeLessThan(60);
  });

  it('no token is issued for an audience that is no longer assignable, not even where it was granted before', async () => {
    expect(await errorOf(askFor('notes:read', ORDERS))).toBe('invalid_target');
    expect(await errorOf(oidc.refreshTokenGrant(app.config, refreshForOrders))).toBe('invalid_target');
    expect(await errorOf(askFor('notes:read', STOCK))).toBe('none');
  });

  it('what clients may no longer have is still shown as stored, with advice, and stops no other change', async () => {
    await app.change({ name: 'Renamed' });
    const client = await shown(wide, tenant, app.registered.id);

    expect(client).toMatchObject(HELD);
    expect(adviceIn(client)).toEqual(expect.arrayContaining(ADVICE));
  });
});

describe('After a start with narrower settings, Hydra', () => {
  let setup: HydraRegistry;
  let narrow: TestRegistry;
  /** Each holds one thing that is assignable no longer, as the last does not. */
  const clients = new Map<string, OAuthClientDto>();
  const REMAINING = { scopes: ['openid', 'notes:read'], audiences: [STOCK], refresh_token_lifetime: 3_600 };
  const KINDS: Readonly<Record<string, Body>> = {
    'a scope': { scopes: HELD.scopes },
    'an audience': { audiences: HELD.audiences },
    'the lifetime of access tokens': { access_token_lifetime: 7_200 },
    'the lifetime of ID tokens': { id_token_lifetime: 7_200 },
    'the lifetime of refresh tokens': { refresh_token_lifetime: 7_200 },
    nothing: {},
  };

  beforeAll(async () => {
    setup = await HydraRegistry.start(WIDE);
    for (const [kind, body] of Object.entries(KINDS))
      clients.set(kind, await setup.tenant.createClient({ ...REMAINING, ...body }));
    await setup.registry.app.stop();
    setup.hydra.calls.splice(0);
    narrow = await TestRegistry.start({
      ...hydraSettings(setup.hydra.adminUrl),
      ...NARROW,
      DATABASE_URL: setup.registry.databaseUrl,
    });
  });
  afterAll(async () => {
    await narrow.stop();
    await setup.registry.database.end();
    await setup.hydra.stop();
  });

  const inHydra = (kind: string): Record<string, unknown> => ({
    ...setup.hydra.clients.get(String(clients.get(kind)?.client_id))?.members,
  });

  it.each([
    ['a scope', 'scope', 'openid offline_access notes:read'],
    ['an audience', 'audience', [STOCK]],
    ['the lifetime of access tokens', 'authorization_code_grant_access_token_lifespan', '10m0s'],
    ['the lifetime of ID tokens', 'authorization_code_grant_id_token_lifespan', '10m0s'],
    ['the lifetime of refresh tokens', 'refresh_token_grant_refresh_token_lifespan', '1h0m0s'],
  ])(
    'Hydra is told at once of the clients that hold %s longer than they may',
    async (kind, member, expected) => {
      while (!isDeepStrictEqual(inHydra(kind)[member], expected)) await sleep(20);

      expect(await shown(narrow, setup.tenant, String(clients.get(kind)?.id))).toMatchObject({
        ...REMAINING,
        ...KINDS[kind],
      });
    },
  );

  it('Hydra is told of no clients that hold nothing which they may not', () => {
    const { client_id: id } = clients.get('nothing') ?? {};
    expect(setup.hydra.calls.filter(({ clientId }) => clientId === id)).toEqual([]);
  });

  it.each(['requested_scopes', 'granted_scopes'])(
    'the token hook refuses a scope no longer assignable in %s, and allows the others',
    async (member) => {
      const refused = await askTokenHook(narrow.api, String(clients.get('a scope')?.client_id), {
        request: { [member]: ['openid', 'orders:read'] },
      });
      expect([refused.status, reasonIn(refused)]).toEqual([
        403,
        'the client may not have a scope of this grant any more: ask, or sign in again, without it',
      ]);
      const others = { [member]: ['openid', 'offline_access', 'notes:read', 'registry:none'] };
      expect(
        (await askTokenHook(narrow.api, String(clients.get('a scope')?.client_id), { request: others }))
          .status,
      ).toBe(200);
    },
  );
});
