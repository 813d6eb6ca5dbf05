import * as oidc from 'openid-client';
import { DEMO_PEOPLE } from '../../src/authorization-server/embedded/demo.js';
import type { OAuthClientDto } from '../../src/oauth-clients/dto/oauth-client.dto.js';
import type { Body, TestRegistry, TestTenant } from '../support/registry.js';
import { Browser, expectPage, expectRedirect, type Page } from './browser.js';

export const CALLBACK = 'https://shop.example.com/callback';
/** Buttons of the sign-in page. */
export const ADA = DEMO_PEOPLE.admin.name;
export const VIC = DEMO_PEOPLE.viewer.name;

/** A registered client at work: everything that a real one does, through a certified library. */
export class ClientApp {
  private constructor(
    readonly registered: OAuthClientDto,
    readonly config: oidc.Configuration,
    private readonly registry: TestRegistry,
    private readonly tenant: TestTenant,
  ) {}

  static async register(registry: TestRegistry, tenant: TestTenant, body: Body): Promise<ClientApp> {
    const settings = { redirect_uris: [CALLBACK], scopes: ['openid', 'notes:read', 'notes:write'], ...body };
    const registered = await tenant.createClient(settings);
    const { client_id: clientId, client_secret: secret } = registered;
    const config = await discover(registry, clientId, authentication(registered, secret));
    return new ClientApp(registered, config, registry, tenant);
  }

  /** The same client, authenticating in another way or with another secret. */
  async authenticatingWith(method: oidc.ClientAuth): Promise<oidc.Configuration> {
    return discover(this.registry, this.registered.client_id, method);
  }

  /** Changes the client through the API. */
  async change(body: Body): Promise<OAuthClientDto> {
    const path = this.tenant.client(this.registered.id);
    const answer = await this.registry.api.patch<OAuthClientDto>(path, { token: this.tenant.admin, body });
    if (answer.status !== 200) throw new Error(`not changed: ${answer.status} ${answer.text}`);
    return answer.body;
  }

  async rotateSecret(): Promise<string> {
    const path = `${this.tenant.client(this.registered.id)}/secrets`;
    const answer = await this.registry.api.post<OAuthClientDto>(path, { token: this.tenant.admin });
    return String(answer.body.client_secret);
  }

  async delete(): Promise<void> {
    const path = this.tenant.client(this.registered.id);
    const { status } = await this.registry.api.delete(path, { token: this.tenant.admin });
    if (status !== 204) throw new Error(`not deleted: ${status}`);
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
    return new Browser(`${this.registry.url}/`);
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
  registry: TestRegistry,
  clientId: string,
  method: oidc.ClientAuth,
): Promise<oidc.Configuration> {
  const issuer = new URL(`${registry.url}/oauth2`);
  return oidc.discovery(issuer, clientId, undefined, method, { execute: [oidc.allowInsecureRequests] });
}

export function authentication(
  { token_endpoint_auth_method: method }: Pick<OAuthClientDto, 'token_endpoint_auth_method'>,
  secret: string | null,
): oidc.ClientAuth {
  if (method === 'none' || secret === null) return oidc.None();
  return method === 'client_secret_basic' ? oidc.ClientSecretBasic(secret) : oidc.ClientSecretPost(secret);
}

/** Signs in as Ada and consents, as far as the pages ask for it. */
export async function sayYes(browser: Browser, start: Page | URL): Promise<URL> {
  let at = start;
  if (!(at instanceof URL) && at.text.includes(ADA) && at.text.includes('name="subject"')) {
    at = await browser.press(at, ADA);
  }
  if (!(at instanceof URL) && expectPage(at).text.includes('value="allow"'))
    at = await browser.press(at, 'Allow');
  return expectRedirect(at);
}

/** The `error` that a flow ended with, at whichever endpoint. */
export async function errorOf(flow: Promise<unknown>): Promise<string> {
  try {
    await flow;
  } catch (error) {
    if (error instanceof oidc.AuthorizationResponseError || error instanceof oidc.ResponseBodyError)
      return error.error;
    if (error instanceof oidc.WWWAuthenticateChallengeError)
      return error.cause[0]?.parameters.error ?? 'none';
    throw error;
  }
  return 'none';
}

/** What a JWT says; its signature is checked elsewhere. */
export function claimsOf(token: string | undefined): Record<string, unknown> {
  return JSON.parse(Buffer.from(token?.split('.')[1] ?? '', 'base64url').toString()) as Record<
    string,
    unknown
  >;
}
