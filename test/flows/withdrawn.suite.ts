import { setTimeout as sleep } from 'node:timers/promises';
import * as oidc from 'openid-client';
import { MEMBERS, type ClientMember } from '../../src/oauth-clients/model/members.js';
import { outcomeOf } from './browser.js';
import type { FlowServer } from './servers/flow-server.js';
import { SERVERS } from './servers/servers.js';
import { CALLBACK, ClientApp, errorOf, sayYes } from './support.js';
import {
  ORDERS,
  WITHDRAWALS,
  type InUse,
  type PlatformCall,
  type Uses,
  type Withdrawal,
} from './withdrawals.js';

/** Members that give a client nothing it could go on with. The grants of a client never change. */
const GIVES_NOTHING: readonly ClientMember[] = [
  'name',
  'description',
  'grant_types',
  'client_uri',
  'logo_uri',
  'policy_uri',
  'tos_uri',
  'contacts',
];

/** Members that are withdrawn in another suite, as they concern one use of a client alone. */
const ELSEWHERE: Readonly<Partial<Record<ClientMember, string>>> = {
  token_endpoint_auth_method: 'secrets.suite.ts',
  pkce_required: 'pkce.suite.ts',
  pkce_challenge_method: 'pkce.suite.ts',
  post_logout_redirect_uris: 'logout.suite.ts',
  allowed_cors_origins: 'browser-app.suite.ts',
  access_token_lifetime: 'lifetimes.suite.ts',
  id_token_lifetime: 'lifetimes.suite.ts',
  refresh_token_lifetime: 'lifetimes.suite.ts',
};

it('every member of a client that gives it something is withdrawn while in use, here or in a suite of its own', () => {
  const here = WITHDRAWALS.flatMap(({ member }) => member ?? []);
  const known = [...here, ...GIVES_NOTHING, ...Object.keys(ELSEWHERE)];
  expect(known.toSorted()).toEqual([...MEMBERS.keys()].toSorted());
});

const SCOPE = 'openid offline_access notes:read';

describe.each(SERVERS)('what is withdrawn while it is in use, with $name', ({ start, dialect }) => {
  let server: FlowServer;
  const organizations: string[] = [];

  beforeAll(async () => {
    server = await start();
  });
  // A real Hydra goes on when the tests are done.
  afterEach(async () => {
    for (const organization of organizations.splice(0)) await call('delete', organization);
    await untilTold();
  });
  afterAll(() => server.stop());

  const call: PlatformCall = async (method, path, body) => {
    const { registry } = server;
    const { status } = await registry.api[method](path, { token: await registry.platform(), body });
    expect([200, 204]).toContain(status);
  };

  async function inUse({ trusted = false, audience }: Withdrawal): Promise<InUse> {
    const tenant = await server.registry.tenant({ trusted_clients_allowed: true });
    organizations.push(`/v1/organizations/${tenant.organizationId}`);
    const body = {
      name: 'Shop',
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      scopes: SCOPE.split(' '),
      redirect_uris: [CALLBACK],
      audiences: [ORDERS],
      trusted,
    };
    const asking = audience === undefined ? {} : { [dialect.audienceParameter]: audience };
    const { registry, issuer, addresses } = server;
    const app = await ClientApp.of({ registry, issuer, addresses, tenant }, body);
    const browser = app.browser();
    const tokens = await app.signIn({ scope: SCOPE, ...asking }, browser);
    const attempt = await app.begin({ scope: SCOPE, ...asking });
    const answer = await sayYes(browser, await browser.open(attempt.url));
    const { refresh_token: refreshToken, access_token: accessToken } = tokens;
    return { app, tenant, browser, refreshToken: String(refreshToken), accessToken, attempt, answer, asking };
  }

  const usesOf = async ({ app, browser, asking, ...held }: InUse): Promise<Uses> => ({
    machine: await errorOf(oidc.clientCredentialsGrant(app.config, { scope: 'notes:read', ...asking })),
    userinfo: await userinfo({ app, ...held }),
    refresh: await errorOf(oidc.refreshTokenGrant(app.config, held.refreshToken)),
    code: await errorOf(app.finish(held.attempt, held.answer)),
    authorize: outcomeOf(await browser.open((await app.begin({ scope: SCOPE, ...asking })).url)),
  });

  const userinfo = ({ app, accessToken }: Pick<InUse, 'app' | 'accessToken'>): Promise<string> =>
    errorOf(oidc.fetchUserInfo(app.config, accessToken, oidc.skipSubjectCheck));

  /** Waits until the authorization server has been told. */
  async function untilTold(): Promise<void> {
    const unsynced = 'select from oauth_clients where synced_revision < revision';
    while ((await server.registry.database.query(unsynced)).rowCount !== 0) await sleep(50);
  }

  it.each(WITHDRAWALS)('what is withdrawn ends while it is in use: $what', async (withdrawal) => {
    const use = await inUse(withdrawal);
    await withdrawal.withdraw(use, call);
    await untilTold();

    expect(await usesOf(use)).toEqual(withdrawal.ends[dialect.kind]);
  });

  it.each(WITHDRAWALS.filter(({ giveBack }) => giveBack))(
    'what was issued before a withdrawal does not come back when it is given back: $what',
    async (withdrawal) => {
      const use = await inUse(withdrawal);
      await withdrawal.withdraw(use, call);
      await untilTold();
      await withdrawal.giveBack?.(use, call);
      await untilTold();

      expect({
        userinfo: await userinfo(use),
        refresh: await errorOf(oidc.refreshTokenGrant(use.app.config, use.refreshToken)),
      }).toEqual(withdrawal.staysEnded?.[dialect.kind]);
    },
  );
});
