import { randomUUID } from 'node:crypto';
import {
  assertAllowed,
  assertState,
  isPublic,
  readRequest,
  sendEarlyError,
  sendError,
  sendToClient,
  type AuthorizeRequest,
} from './authorize-request.js';
import type { AuthorizeAnswers } from './authorize-answers.js';
import type { ClientStore } from './client-store.js';
import { clearCookie, csrfCookie, readCookie, SESSION_COOKIE, setCookie } from './cookies.js';
import { epochSeconds, randomId, type Denial, type Flow, type Flows } from './flow.js';
import { redirect, parseForm, type HttpAnswer, type HttpRequest } from './http.js';
import { HydraError } from './hydra-error.js';
import type { LoginSession, LoginSessions } from './login-sessions.js';
import { oauthError } from './oauth-error.js';
import { withQuery } from './redirect-uris.js';

/** Addresses that the endpoint sends browsers to. */
export interface Addresses {
  readonly issuer: string;
  readonly loginUrl: string;
  readonly consentUrl: string;
}

/** `/oauth2/auth`, three times for each sign-in: at first, behind the login page, and behind the consent page. */
export class AuthorizeEndpoint {
  constructor(
    private readonly addresses: () => Addresses,
    private readonly store: ClientStore,
    private readonly flows: Flows,
    private readonly sessions: LoginSessions,
    private readonly answers: AuthorizeAnswers,
  ) {}

  async answer(request: HttpRequest): Promise<HttpAnswer> {
    const parameters = parametersOf(request);
    const asked = this.readOrRefuse(parameters);
    if (!('clientId' in asked)) return asked;
    try {
      assertAllowed(asked);
    } catch (error) {
      return sendEarlyError(asked, hydraError(error));
    }
    try {
      assertState(asked);
      return await this.leg(request, asked);
    } catch (error) {
      return sendError(asked, hydraError(error));
    }
  }

  private readOrRefuse(parameters: URLSearchParams): AuthorizeRequest | HttpAnswer {
    try {
      return readRequest(parameters, this.store);
    } catch (error) {
      return this.errorPage(hydraError(error));
    }
  }

  /** The answer for what must not reach the client. */
  errorPage({ error, description }: HydraError): HttpAnswer {
    const page = `${this.addresses().issuer}oauth2/fallbacks/error`;
    return redirect(302, withQuery(page, { error, error_description: description }));
  }

  private async leg(request: HttpRequest, asked: AuthorizeRequest): Promise<HttpAnswer> {
    const verifier = (name: string) => asked.parameters.get(name)?.trim() ?? '';
    if (verifier('login_verifier') !== '') return this.afterLogin(request, asked, verifier('login_verifier'));
    if (verifier('consent_verifier') !== '')
      return this.afterConsent(request, asked, verifier('consent_verifier'));
    return this.toLogin(request, asked);
  }

  private toLogin(request: HttpRequest, asked: AuthorizeRequest): HttpAnswer {
    const session = asked.prompts.includes('login') ? null : this.recentSession(request, asked);
    if (!session && asked.prompts.includes('none'))
      throw oauthError('login_required', 'Nobody is signed in.');
    const flow = this.begin(request, asked, session);
    const challenge = this.flows.seal(flow, 'login_challenge');
    return redirectWithCookies(withQuery(this.addresses().loginUrl, { login_challenge: challenge }), [
      setCookie(csrfCookie('login', asked.clientId), flow.csrf),
    ]);
  }

  private recentSession(request: HttpRequest, { parameters }: AuthorizeRequest): LoginSession | null {
    const session = this.sessions.of(request);
    const maxAge = parameters.get('max_age');
    const isTooOld = session && maxAge && session.authenticatedAt + Number(maxAge) < epochSeconds();
    return isTooOld ? null : session;
  }

  private begin({ target }: HttpRequest, asked: AuthorizeRequest, session: LoginSession | null): Flow {
    const query = target.split(/\?(.*)/s)[1] ?? '';
    return {
      id: randomId(),
      client: asked.client,
      requestUrl: `${this.addresses().issuer}oauth2/auth?${query}`,
      requestedScope: asked.scopes,
      requestedAudience: asked.audience,
      requestedAt: epochSeconds(),
      csrf: randomId(),
      sessionId: session?.id ?? randomUUID(),
      login: {
        skip: session !== null,
        subject: session?.subject ?? '',
        authenticatedAt: session?.authenticatedAt ?? 0,
        remember: false,
        acr: '',
        amr: [],
        context: null,
        denial: null,
      },
      consent: null,
    };
  }

  private afterLogin(request: HttpRequest, asked: AuthorizeRequest, verifier: string): HttpAnswer {
    const flow = this.flows.open(verifier, 'login_verifier');
    if (!flow) throw oauthError('access_denied', 'The login verifier is not valid.');
    if (flow.login.denial) throw denied(flow.login.denial);
    assertCsrf(request, csrfCookie('login', flow.client.members.client_id), flow.csrf);
    if (asked.prompts.includes('login') && flow.login.authenticatedAt < flow.requestedAt)
      throw oauthError('login_required', 'The person did not sign in again.');
    const cookies = this.keepSession(flow);
    return this.toConsent(asked, flow, cookies);
  }

  private keepSession({ sessionId, login }: Flow): readonly string[] {
    const { skip, subject, authenticatedAt, remember } = login;
    if (skip) return [];
    const session = { id: sessionId, subject, authenticatedAt, isRemembered: remember };
    if (!this.sessions.begin(session)) throw oauthError('access_denied', 'This sign-in was used already.');
    return [remember ? setCookie(SESSION_COOKIE, sessionId) : clearCookie(SESSION_COOKIE)];
  }

  private toConsent(asked: AuthorizeRequest, flow: Flow, cookies: readonly string[]): HttpAnswer {
    const skip = this.mayRepeat(asked, flow.login.subject);
    if (!skip && asked.prompts.includes('none'))
      throw oauthError('consent_required', 'The person has not allowed this yet.');
    assertSameClient(flow, asked.clientId);
    const csrf = randomId();
    const consent = {
      requestId: randomId(),
      skip,
      csrf,
      grantedScope: [],
      grantedAudience: [],
      remember: false,
      accessToken: {},
      idToken: {},
      denial: null,
    };
    const challenge = this.flows.seal({ ...flow, consent }, 'consent_challenge');
    return redirectWithCookies(withQuery(this.addresses().consentUrl, { consent_challenge: challenge }), [
      ...cookies,
      setCookie(csrfCookie('consent', asked.clientId), csrf),
    ]);
  }

  /** Whether a consent of before will do. For a public client only its redirect URI can speak (RFC 6749, 10.2). */
  private mayRepeat(
    { client, clientId, prompts, redirectUri, scopes }: AuthorizeRequest,
    subject: string,
  ): boolean {
    if (prompts.includes('consent')) return false;
    if (isPublic(client) && !/^(https:|http:\/\/(localhost|127\.|\[::1\]))/.test(redirectUri)) return false;
    return this.sessions.hasConsent(clientId, subject, scopes);
  }

  private async afterConsent(
    request: HttpRequest,
    asked: AuthorizeRequest,
    verifier: string,
  ): Promise<HttpAnswer> {
    const flow = this.flows.open(verifier, 'consent_verifier');
    if (!flow?.consent) throw oauthError('access_denied', 'The consent verifier is not valid.');
    assertSameClient(flow, asked.clientId);
    if (flow.consent.denial) throw denied(flow.consent.denial);
    if (!this.sessions.keepConsent(flow)) throw oauthError('access_denied', 'This consent was used already.');
    assertCsrf(request, csrfCookie('consent', asked.clientId), flow.consent.csrf);
    return sendToClient(asked, await this.answers.of(asked, { ...flow, consent: flow.consent }));
  }
}

/** A body's parameters come before those of the query, as Go has it. */
function parametersOf({ method, query, body }: HttpRequest): URLSearchParams {
  if (method !== 'POST') return query;
  return new URLSearchParams([...parseForm(body), ...query]);
}

function assertCsrf(request: HttpRequest, cookie: string, expected: string): void {
  if (readCookie(request, cookie) !== expected)
    throw oauthError('request_forbidden', 'This is not the browser that the page was shown to.');
}

function assertSameClient({ client }: Flow, clientId: string): void {
  if (client.members.client_id !== clientId)
    throw oauthError('invalid_client', 'The verifier belongs to another client.');
}

const denied = ({ error, description }: Denial): HydraError => new HydraError(400, error, description);

const redirectWithCookies = (location: string, cookies: readonly string[]): HttpAnswer => ({
  status: 302,
  headers: { location, 'set-cookie': cookies },
});

function hydraError(error: unknown): HydraError {
  if (error instanceof HydraError) return error;
  throw error;
}
