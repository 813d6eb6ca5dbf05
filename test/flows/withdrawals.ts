import type { ClientMember } from '../../src/oauth-clients/model/members.js';
import type { Body, TestTenant } from '../support/registry.js';
import type { Browser } from './browser.js';
import type { Dialect } from './servers/dialect.js';
import type { ClientApp, Attempt } from './support.js';

/** What a client may go on with, or how it ends: the error, `none`, or where the authorization endpoint leads. */
export interface Uses {
  readonly machine: string;
  readonly refresh: string;
  readonly code: string;
  /** How the userinfo endpoint answers to the access token that it has. */
  readonly userinfo: string;
  /** How a new authorization request ends, of a person who is signed in and has used the client before. */
  readonly authorize: string;
}

/** A client with everything it can get. */
export interface InUse {
  readonly app: ClientApp;
  readonly tenant: TestTenant;
  readonly browser: Browser;
  readonly refreshToken: string;
  readonly accessToken: string;
  readonly attempt: Attempt;
  readonly answer: URL;
  /** Parameters by which it asks for its audience. */
  readonly asking: Readonly<Record<string, string>>;
}

export interface Withdrawal {
  readonly what: string;
  /** The member of the client that is changed, where it is one. */
  readonly member?: ClientMember;
  /** Whom all of the client's tokens are for. */
  readonly audience?: string;
  readonly trusted?: boolean;
  readonly withdraw: (use: InUse, call: PlatformCall) => Promise<unknown>;
  readonly giveBack?: (use: InUse, call: PlatformCall) => Promise<unknown>;
  readonly ends: Readonly<Record<Dialect['kind'], Uses>>;
  /** What is still ended when it was given back. */
  readonly staysEnded?: Readonly<Record<Dialect['kind'], Pick<Uses, 'refresh' | 'userinfo'>>>;
}

export type PlatformCall = (method: 'put' | 'delete', path: string, body?: Body) => Promise<unknown>;

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

/** What was issued goes on, and nothing more is. */
const WITHOUT_SECRET: Uses = {
  machine: 'invalid_client',
  refresh: 'invalid_client',
  code: 'invalid_client',
  userinfo: 'none',
  authorize: 'code',
};

export const ORDERS = 'https://api.example.com/orders';

export const WITHDRAWALS: Withdrawal[] = [
  {
    what: 'trust, by the owner',
    member: 'trusted',
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
    member: 'enabled',
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
    ends: { embedded: WITHOUT_SECRET, hydra: WITHOUT_SECRET },
  },
  {
    what: 'the last secret, by its end',
    withdraw: ({ app }) => app.endSecret(),
    ends: { embedded: WITHOUT_SECRET, hydra: WITHOUT_SECRET },
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
    member: 'redirect_uris',
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
    member: 'scopes',
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
  {
    what: 'the audience',
    member: 'audiences',
    audience: ORDERS,
    withdraw: ({ app }) => app.change({ audiences: ['https://api.example.com/stock'] }),
    ends: {
      embedded: {
        machine: 'invalid_target',
        refresh: 'invalid_target',
        code: 'invalid_target',
        userinfo: 'none',
        authorize: 'invalid_target',
      },
      // Hydra tells the hook no audience of a code, and compares it with the client's only when the code is issued.
      hydra: {
        machine: 'invalid_request',
        refresh: 'invalid_request',
        code: 'none',
        userinfo: 'none',
        authorize: '403',
      },
    },
  },
];
