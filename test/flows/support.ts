import * as oidc from 'openid-client';
import { DEMO_PEOPLE } from '../../src/embedded-server/demo/demo.js';
import type { OAuthClientDto } from '../../src/oauth-clients/dto/oauth-client.dto.js';
import type { Answer } from '../support/api-client.js';
import type { Body, TestRegistry, TestTenant } from '../support/registry.js';
import { Browser, expectRedirect, type Page } from './browser.js';
import { embeddedAt, type AuthorizationServerAt, type FlowServer } from './servers/flow-server.js';

export const CALLBACK = 'https://shop.example.com/callback';
/** Buttons of the sign-in page. */
export const ADA = DEMO_PEOPLE.admin.name;
export const VIC = DEMO_PEOPLE.viewer.name;

/** A registered client at work: everything that a real one does, through a certified library. */
export class ClientApp {
  private constructor(
    readonly registered: OAuthClientDto,
    readonly config: oidc.Configuration,
    private readonly server: Pick<FlowServer, 'registry' | 'tenant' | 'issuer' | 'addresses'>,
  ) {}

  /** A new client of the embedded authorization server. */
  static register(registry: TestRegistry, tenant: TestTenant, body: Body): Promise<ClientApp> {
    return ClientApp.of({ registry, tenant, ...embeddedAt(registry) }, body);
  }

  /** A new client of this authorization server. */
  static async of(server: ClientApp['server'], body: Body): Promise<ClientApp> {
    const settings = { redirect_uris: [CALLBACK], scopes: ['openid', 'notes:read', 'notes:write'], ...body };
    const registered = await server.tenant.createClient(settings);
    const { client_id: clientId, client_secret: secret } = registered;
    const config = await discover(server, clientId, authentication(registered, secret));
    return new ClientApp(registered, config, server);
  }

  /** The same client, authenticating in another way or with another secret. */
  async authenticatingWith(method: oidc.ClientAuth): Promise<oidc.Configuration> {
    return discover(this.server, this.registered.client_id, method);
  }

  /** Changes the client through the API. */
  async change(body: Body): Promise<OAuthClientDto> {
    return this.call(200, 'patch', '', body);
  }

  async rotateSecret(): Promise<string> {
    return (await this.makeSecret()).secret;
  }

  /** A new secret, and what the client is with it. */
  async makeSecret(
    body?: Body,
  ): Promise<{ secret: string; id: string; as: () => Promise<oidc.Configuration> }> {
    const made = await this.call(201, 'post', '/secrets', body);
    const secret = String(made.client_secret);
    const as = () => this.authenticatingWith(authentication(made, secret));
    return { secret, id: String(made.secret_id), as };
  }

  async endSecret(id = String(this.registered.secret_id)): Promise<void> {
    await this.call(204, 'delete', `/secrets/${id}`);
  }

  async shortenSecret(id: string, expires_in_seconds: number): Promise<void> {
    await this.call(200, 'patch', `/secrets/${id}`, { expires_in_seconds });
  }

  async endTokens(): Promise<void> {
    await this.call(204, 'delete', '/tokens');
  }

  async delete(): Promise<void> {
    await this.call(204, 'delete');
  }

  /** The client as the API shows it now. */
  async read(): Promise<OAuthClientDto> {
    return this.call(200, 'get');
  }

  private async call(
    expected: number,
    method: 'get' | 'patch' | 'post' | 'delete',
    path = '',
    body?: Body,
  ): Promise<OAuthClientDto> {
    const { registry, tenant } = this.server;
    const address = `${tenant.client(this.registered.id)}${path}`;
    const answer: Answer<OAuthClientDto> = await registry.api[method](address, { token: tenant.admin, body });
    if (answer.status !== expected) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
    return answer.body;
  }

  /** Starts the code flow: what to open, and what only this attempt knows. */
  async begin(parameters: Record<string, string> = {}): Promise<Attempt> {
    const verifier = oidc.randomPKCECodeVerifier();
    const state = oidc.randomState();
    const url = oidc.buildAuthorizationUrl(this.config, {
      redirect_uri: CALLBACK,
      scope: 'openid',
      state,
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      ...parameters,
    });
    return { url, state, verifier };
  }

  /** Trades the answer of the authorization endpoint for tokens. */
  finish({ state, verifier }: Attempt, answer: URL, config = this.config): Promise<Tokens> {
    return oidc.authorizationCodeGrant(config, answer, { expectedState: state, pkceCodeVerifier: verifier });
  }

  /** The same for a redirect URI that would not survive the library's parser byte for byte. */
  redeem({ state, verifier }: Attempt, answer: URL, redirectUri: string): Promise<Tokens> {
    expect(answer.searchParams.get('state')).toBe(state);
    return oidc.genericGrantRequest(this.config, 'authorization_code', {
      code: answer.searchParams.get('code') ?? '',
      redirect_uri: redirectUri,
      code_verifier: verifier,
    });
  }

  /** The whole code flow, by a person who says yes to everything. */
  async signIn(parameters: Record<string, string> = {}, browser = this.browser()): Promise<Tokens> {
    const attempt = await this.begin(parameters);
    return this.finish(attempt, await sayYes(browser, await browser.open(attempt.url)));
  }

  /** Opens the authorization endpoint in a fresh browser: how a request is received, before anyone signs in. */
  async open(parameters: Record<string, string>): Promise<Page | URL> {
    return this.browser().open((await this.begin(parameters)).url);
  }

  /** A browser that nobody has used. */
  browser(): Browser {
    return new Browser(...this.server.addresses);
  }
}

export type Tokens = Awaited<ReturnType<typeof oidc.authorizationCodeGrant>>;

export interface Attempt {
  readonly url: URL;
  readonly state: string;
  readonly verifier: string;
}

/** Discovery first, as every client does. */
export function discover(
  server: AuthorizationServerAt | TestRegistry,
  clientId: string,
  method: oidc.ClientAuth,
): Promise<oidc.Configuration> {
  const { issuer } = 'issuer' in server ? server : embeddedAt(server);
  const options = { execute: [oidc.allowInsecureRequests] };
  return oidc.discovery(new URL(issuer), clientId, undefined, method, options);
}

export function authentication(
  { token_endpoint_auth_method: method }: Pick<OAuthClientDto, 'token_endpoint_auth_method'>,
  secret: string | null,
): oidc.ClientAuth {
  if (method === 'none' || secret === null) return oidc.None();
  return method === 'client_secret_basic' ? oidc.ClientSecretBasic(secret) : oidc.ClientSecretPost(secret);
}

/** Signs in as Ada and consents, as far as the pages ask for it. */
export async function goThrough(browser: Browser, start: Page | URL): Promise<Page | URL> {
  let at = start;
  if (!(at instanceof URL) && at.text.includes(ADA) && at.text.includes('name="subject"')) {
    at = await browser.press(at, ADA);
  }
  if (!(at instanceof URL) && at.text.includes('value="allow"')) at = await browser.press(at, 'Allow');
  return at;
}

/** Goes through the pages like `goThrough`, and fails unless that ends at the client. */
export const sayYes = async (browser: Browser, start: Page | URL): Promise<URL> =>
  expectRedirect(await goThrough(browser, start));

/** The `error` that a flow ended with, at whichever endpoint. */
export async function errorOf(flow: Promise<unknown>): Promise<string> {
  try {
    await flow;
  } catch (error) {
    if (error instanceof oidc.AuthorizationResponseError || error instanceof oidc.ResponseBodyError)
      return error.error;
    if (error instanceof oidc.WWWAuthenticateChallengeError)
      return error.cause[0]?.parameters.error ?? 'no error';
    throw error;
  }
  return 'none';
}
