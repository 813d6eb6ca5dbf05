import type { TestRegistry, TestTenant } from '../../support/registry.js';
import type { Dialect } from './dialect.js';

export interface AuthorizationServerAt {
  readonly issuer: string;
  /** What all addresses of the server and of its pages start with. */
  readonly addresses: readonly string[];
}

export const embeddedAt = ({ url }: Pick<TestRegistry, 'url'>): AuthorizationServerAt => ({
  issuer: `${url}/oauth2`,
  addresses: [`${url}/`],
});

/** What the operator of a registry in these tests has listed. */
export const LISTED = {
  ASSIGNABLE_SCOPES:
    'openid profile email offline_access notes:* oauth_clients:* https://www.googleapis.com/auth/* api://0a1b2c3d/* system/*.read',
  ASSIGNABLE_AUDIENCES: 'https://api.example.com/* orders',
  REDIRECT_URI_SCHEMES: 'cursor exp capacitor tauri msal0a1b2c3d-0000-1111-2222-333344445555',
};

/** An authorization server at work, with the registry that says what its clients are. */
export interface FlowServer extends AuthorizationServerAt {
  readonly registry: TestRegistry;
  /** Its organization may have trusted clients. */
  readonly tenant: TestTenant;
  readonly dialect: Dialect;
  /** Starts a second process of the registry, on the same database, and has it asked in place of the first. */
  withSecondProcess(): Promise<SecondProcess>;
  /** Seconds for which a refresh token is good from now on, as the server itself has it. */
  lifeLeftOf(refreshToken: string): Promise<number>;
  stop(): Promise<void>;
}

export interface SecondProcess {
  /** Where clients get their tokens from it. */
  readonly at: AuthorizationServerAt;
  /** Has the first process asked again. */
  stop(): Promise<void>;
}

/** A kind of authorization server, for `describe.each`. */
export interface ServerKind<Server extends FlowServer = FlowServer> {
  readonly name: string;
  readonly dialect: Dialect;
  start(this: void): Promise<Server>;
}
