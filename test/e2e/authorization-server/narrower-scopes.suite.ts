import { setTimeout as sleep } from 'node:timers/promises';
import * as oidc from 'openid-client';
import { ClientApp, errorOf } from '../../flows/support.js';
import { HydraRegistry, hydraSettings } from '../../support/hydra/hydra-registry.js';
import { TestRegistry, type TestTenant } from '../../support/registry.js';
import { askTokenHook, reasonIn } from '../hydra/hooks-calls.js';

const WIDE = 'openid offline_access notes:* orders:*';
const NARROW = 'openid offline_access notes:*';
const HELD = ['openid', 'offline_access', 'notes:read', 'orders:read'];

const scopeOf = (token: string): unknown =>
  (JSON.parse(Buffer.from(String(token.split('.')[1]), 'base64url').toString()) as { scope: unknown }).scope;

async function scopesShown(registry: TestRegistry, tenant: TestTenant, id: string): Promise<unknown> {
  const { body } = await registry.api.get<{ scopes: unknown }>(tenant.client(id), { token: tenant.admin });
  return body.scopes;
}

describe('After a start with fewer assignable scopes, the embedded authorization server', () => {
  let wide: TestRegistry;
  let narrow: TestRegistry;
  let app: ClientApp;
  let tenant: TestTenant;
  let refreshToken: string;

  beforeAll(async () => {
    wide = await TestRegistry.start({ ASSIGNABLE_SCOPES: WIDE });
    tenant = await wide.tenant();
    app = await ClientApp.register(wide, tenant, {
      name: 'Shop',
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      scopes: HELD,
    });
    refreshToken = String((await app.signIn({ scope: HELD.join(' ') })).refresh_token);
    await wide.app.stop();
    narrow = await TestRegistry.start({
      ASSIGNABLE_SCOPES: NARROW,
      DATABASE_URL: wide.databaseUrl,
      PORT: new URL(wide.url).port,
      PUBLIC_URL: wide.url,
    });
  });
  afterAll(async () => {
    await narrow.stop();
    await wide.database.end();
  });

  it('a registered scope that is no longer assignable is refused like one that never was', async () => {
    const asked = oidc.clientCredentialsGrant(app.config, { scope: 'orders:read' });

    expect(await errorOf(asked)).toBe('invalid_scope');
  });

  it('a machine that asks for all of its scopes that are still assignable gets them', async () => {
    const scope = 'openid offline_access notes:read';
    const { access_token: token } = await oidc.clientCredentialsGrant(app.config, { scope });

    expect(scopeOf(token)).toBe('openid offline_access notes:read');
  });

  it('a scope that is no longer assignable is left out where it was granted before', async () => {
    const { access_token: token } = await oidc.refreshTokenGrant(app.config, refreshToken);

    expect(String(scopeOf(token)).split(' ').toSorted()).toEqual(['notes:read', 'offline_access', 'openid']);
  });

  it('a scope that is no longer assignable is still shown as what is stored', async () => {
    expect(await scopesShown(wide, tenant, app.registered.id)).toEqual(HELD);
  });
});

describe('After a start with fewer assignable scopes, Hydra', () => {
  let setup: HydraRegistry;
  let narrow: TestRegistry;
  let clientId: string;
  let otherId: string;

  beforeAll(async () => {
    setup = await HydraRegistry.start({ ASSIGNABLE_SCOPES: WIDE });
    ({ client_id: clientId } = await setup.tenant.createClient({ scopes: HELD }));
    ({ client_id: otherId } = await setup.tenant.createClient({ scopes: ['openid', 'notes:read'] }));
    await setup.registry.app.stop();
    setup.hydra.calls.splice(0);
    narrow = await TestRegistry.start({
      ...hydraSettings(setup.hydra.adminUrl),
      ASSIGNABLE_SCOPES: NARROW,
      DATABASE_URL: setup.registry.databaseUrl,
    });
  });
  afterAll(async () => {
    await narrow.stop();
    await setup.registry.database.end();
    await setup.hydra.stop();
  });

  const scopeInHydra = (id: string) => setup.hydra.clients.get(id)?.members.scope;

  it('Hydra is told at once of the clients that hold a scope no longer assignable, and of no others', async () => {
    while (scopeInHydra(clientId)?.includes('orders:read')) await sleep(20);

    expect(scopeInHydra(clientId)).toBe('openid offline_access notes:read');
    expect(scopeInHydra(otherId)).toBe('openid notes:read offline_access');
    expect(setup.hydra.calls.filter(({ clientId: id }) => id === otherId)).toEqual([]);
  });

  it.each(['requested_scopes', 'granted_scopes'])(
    'the token hook refuses a scope no longer assignable in %s, and allows the others',
    async (member) => {
      const refused = await askTokenHook(narrow.api, clientId, {
        request: { [member]: ['openid', 'orders:read'] },
      });
      expect([refused.status, reasonIn(refused)]).toEqual([
        403,
        'the client may not have a scope of this grant any more: ask, or sign in again, without it',
      ]);
      const others = { [member]: ['openid', 'offline_access', 'notes:read', 'registry:none'] };
      expect((await askTokenHook(narrow.api, clientId, { request: others })).status).toBe(200);
    },
  );
});
