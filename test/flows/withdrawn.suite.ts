import { setTimeout as sleep } from 'node:timers/promises';
import * as oidc from 'openid-client';
import type { Body, TestTenant } from '../support/registry.js';
import { outcomeOf, type Browser } from './browser.js';
import type { Dialect } from './servers/dialect.js';
import type { FlowServer } from './servers/flow-server.js';
import { SERVERS } from './servers/servers.js';
import { CALLBACK, ClientApp, errorOf, sayYes, type Attempt } from './support.js';

/** What a client may go on with, or how it ends: the error, `none`, or where the authorization endpoint leads. */
interface Uses {
  readonly machine: string;
  readonly refresh: string;
  readonly code: string;
  /** How the userinfo endpoint answers to the access token that it has. */
  readonly userinfo: string;
  /** How a new authorization request ends, of a person who is signed in and has used the client before. */
  readonly authorize: string;
}

/** A client with everything it can get. */
interface InUse {
  readonly app: ClientApp;
  readonly tenant: TestTenant;
  readonly browser: Browser;
  readonly refreshToken: string;
  readonly accessToken: string;
  readonly attempt: Attempt;
  readonly answer: URL;
}

interface Withdrawal {
  readonly what: string;
  readonly trusted?: boolean;
  readonly withdraw: (use: InUse, call: PlatformCall) => Promise<unknown>;
  readonly giveBack?: (use: InUse, call: PlatformCall) => Promise<unknown>;
  readonly ends: Readonly<Record<Dialect['kind'], Uses>>;
  /** What is still ended when it was given back. */
  readonly staysEnded?: Readonly<Record<Dialect['kind'], Pick<Uses, 'refresh' | 'userinfo'>>>;
}

type PlatformCall = (method: 'put' | 'delete', path: string, body?: Body) => Promise<unknown>;

const organizationOf = ({ tenant }: InUse): string => `/v1/organizations/${tenant.organizationId}`;

const GONE_EMBEDDED: Uses = {
  machine: 'invalid_client',
  refresh: 'invalid_client',
  code: 'invalid_client',
  userinfo: 'invalid_token',
  authorize: '400',
};
const GONE_HYDRA: Uses = { ...GONE_EMBEDDED, userinfo: 'request_unauthorized', authorize: '403' };
const GONE = { embedded: GONE_EMBEDDED, hydra: GONE_HYDRA };

const UNTRUSTED: Pick<Withdrawal, 'ends' | 'staysEnded'> = {
  ends: {
    embedded: {
      machine: 'none',
      refresh: 'invalid_grant',
      code: 'invalid_grant',
      userinfo: 'invalid_token',
      authorize: '200',
    },
    hydra: {
      machine: 'none',
      refresh: 'access_denied',
      code: 'access_denied',
      userinfo: 'request_unauthorized',
      authorize: '200',
    },
  },
  staysEnded: {
    embedded: { refresh: 'invalid_grant', userinfo: 'invalid_token' },
    hydra: { refresh: 'access_denied', userinfo: 'request_unauthorized' },
  },
};

const WITHDRAWALS: Withdrawal[] = [
  {
    what: 'trust, by the owner',
    trusted: true,
    withdraw: ({ app }) => app.change({ trusted: false }),
    giveBack: ({ app }) => app.change({ trusted: true }),
    ...UNTRUSTED,
  },
  {
    what: 'trust, by the platform that no longer allows it',
    trusted: true,
    withdraw: (use, call) => call('put', organizationOf(use), { trusted_clients_allowed: false }),
    giveBack: (use, call) => call('put', organizationOf(use), { trusted_clients_allowed: true }),
    ...UNTRUSTED,
  },
  {
    what: 'enabled',
    withdraw: ({ app }) => app.change({ enabled: false }),
    giveBack: ({ app }) => app.change({ enabled: true }),
    ends: {
      embedded: {
        machine: 'unauthorized_client',
        refresh: 'unauthorized_client',
        code: 'unauthorized_client',
        userinfo: 'invalid_token',
        authorize: 'unauthorized_client',
      },
      hydra: {
        machine: 'invalid_client',
        refresh: 'invalid_client',
        code: 'invalid_client',
        userinfo: 'request_unauthorized',
        authorize: '403',
      },
    },
    staysEnded: {
      embedded: { refresh: 'invalid_grant', userinfo: 'invalid_token' },
      hydra: { refresh: 'access_denied', userinfo: 'request_unauthorized' },
    },
  },
  { what: 'the client', withdraw: ({ app }) => app.delete(), ends: GONE },
  {
    what: 'the project',
    withdraw: (use, call) => call('delete', `${organizationOf(use)}/projects/${use.tenant.projectId}`),
    ends: GONE,
  },
  { what: 'the organization', withdraw: (use, call) => call('delete', organizationOf(use)), ends: GONE },
  {
    what: 'the secret',
    withdraw: ({ app }) => app.rotateSecret(),
    ends: {
      embedded: {
        machine: 'invalid_client',
        refresh: 'invalid_client',
        code: 'invalid_client',
        userinfo: 'none',
        authorize: 'code',
      },
      hydra: {
        machine: 'invalid_client',
        refresh: 'invalid_client',
        code: 'invalid_client',
        userinfo: 'none',
        authorize: 'code',
      },
    },
  },
  {
    what: 'the last secret, by its end',
    withdraw: ({ app }) => app.endSecret(),
    ends: {
      embedded: {
        machine: 'invalid_client',
        refresh: 'invalid_client',
        code: 'invalid_client',
        userinfo: 'none',
        authorize: 'code',
      },
      hydra: {
        machine: 'invalid_client',
        refresh: 'invalid_client',
        code: 'invalid_client',
        userinfo: 'none',
        authorize: 'code',
      },
    },
  },
  {
    what: 'all tokens',
    withdraw: ({ app }) => app.endTokens(),
    ends: {
      embedded: {
        machine: 'none',
        refresh: 'invalid_grant',
        code: 'invalid_grant',
        userinfo: 'invalid_token',
        authorize: '200',
      },
      // Hydra remembers that the person has consented, and asks the hook before it issues anything for the code.
      hydra: {
        machine: 'none',
        refresh: 'access_denied',
        code: 'access_denied',
        userinfo: 'request_unauthorized',
        authorize: 'code',
      },
    },
  },
  {
    what: 'the redirect URI',
    withdraw: ({ app }) => app.change({ redirect_uris: ['https://shop.example.com/other'] }),
    ends: {
      embedded: {
        machine: 'none',
        refresh: 'none',
        code: 'invalid_grant',
        userinfo: 'none',
        authorize: '400',
      },
      hydra: { machine: 'none', refresh: 'none', code: 'none', userinfo: 'none', authorize: '500' },
    },
  },
  {
    what: 'the scope',
    withdraw: ({ app }) => app.change({ scopes: ['openid', 'offline_access'] }),
    ends: {
      embedded: {
        machine: 'invalid_scope',
        refresh: 'none',
        code: 'none',
        userinfo: 'none',
        authorize: 'invalid_scope',
      },
      hydra: {
        machine: 'invalid_scope',
        refresh: 'invalid_scope',
        code: 'access_denied',
        userinfo: 'none',
        authorize: 'invalid_scope',
      },
    },
  },
];

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

  async function inUse(trusted = false): Promise<InUse> {
    const tenant = await server.registry.tenant({ trusted_clients_allowed: true });
    organizations.push(`/v1/organizations/${tenant.organizationId}`);
    const body = {
      name: 'Shop',
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
      scopes: SCOPE.split(' '),
      redirect_uris: [CALLBACK],
      trusted,
    };
    const { registry, issuer, addresses } = server;
    const app = await ClientApp.of({ registry, issuer, addresses, tenant }, body);
    const browser = app.browser();
    const tokens = await app.signIn({ scope: SCOPE }, browser);
    const attempt = await app.begin({ scope: SCOPE });
    const answer = await sayYes(browser, await browser.open(attempt.url));
    const { refresh_token: refreshToken, access_token: accessToken } = tokens;
    return { app, tenant, browser, refreshToken: String(refreshToken), accessToken, attempt, answer };
  }

  const usesOf = async ({ app, browser, ...held }: InUse): Promise<Uses> => ({
    machine: await errorOf(oidc.clientCredentialsGrant(app.config, { scope: 'notes:read' })),
    userinfo: await userinfo({ app, ...held }),
    refresh: await errorOf(oidc.refreshTokenGrant(app.config, held.refreshToken)),
    code: await errorOf(app.finish(held.attempt, held.answer)),
    authorize: outcomeOf(await browser.open((await app.begin({ scope: SCOPE })).url)),
  });

  const userinfo = ({ app, accessToken }: Pick<InUse, 'app' | 'accessToken'>): Promise<string> =>
    errorOf(oidc.fetchUserInfo(app.config, accessToken, oidc.skipSubjectCheck));

  /** Waits until the authorization server has been told. */
  async function untilTold(): Promise<void> {
    const unsynced = 'select from oauth_clients where synced_revision < revision';
    while ((await server.registry.database.query(unsynced)).rowCount !== 0) await sleep(50);
  }

  it.each(WITHDRAWALS)(
    'what is withdrawn ends while it is in use: $what',
    async ({ trusted, withdraw, ends }) => {
      const use = await inUse(trusted);
      await withdraw(use, call);
      await untilTold();

      expect(await usesOf(use)).toEqual(ends[dialect.kind]);
    },
  );

  it.each(WITHDRAWALS.filter(({ giveBack }) => giveBack))(
    'what was issued before a withdrawal does not come back when it is given back: $what',
    async ({ trusted, withdraw, giveBack, staysEnded }) => {
      const use = await inUse(trusted);
      await withdraw(use, call);
      await untilTold();
      await giveBack?.(use, call);
      await untilTold();

      expect({
        userinfo: await userinfo(use),
        refresh: await errorOf(oidc.refreshTokenGrant(use.app.config, use.refreshToken)),
      }).toEqual(staysEnded?.[dialect.kind]);
    },
  );
});
