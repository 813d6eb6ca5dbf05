import { randomUUID } from 'node:crypto';
import { decodeJwt } from 'jose';
import { answerOf } from './clients-api.js';
import type { ClientStore, StoredClient } from './client-store.js';
import { clearCookie, SESSION_COOKIE } from './cookies.js';
import { json, redirect, type HttpAnswer, type HttpRequest } from './http.js';
import { HydraError, noSuchResource } from './hydra-error.js';
import type { LoginSessions } from './login-sessions.js';
import { oauthError } from './oauth-error.js';
import { redirectTo } from './pages-api.js';
import { withQuery } from './redirect-uris.js';
import type { Routes } from './routes.js';

const REQUESTS = '/admin/oauth2/auth/requests/logout';

interface LogoutRequest {
  readonly challenge: string;
  readonly verifier: string;
  readonly sessionId: string;
  readonly subject: string;
  readonly requestUrl: string;
  readonly client: StoredClient | null;
  readonly next: string;
}

/** Signing out: of this browser by its cookie, or as a client asks with an ID token. */
export class Logout {
  readonly adminRoutes: Routes = {
    [`GET ${REQUESTS}`]: (request) => this.describe(this.requested(request)),
    [`PUT ${REQUESTS}/accept`]: (request) => this.accept(this.requested(request)),
    [`PUT ${REQUESTS}/reject`]: (request) => this.reject(this.requested(request)),
  };
  private readonly requests = new Map<string, LogoutRequest>();
  private readonly accepted = new Map<string, LogoutRequest>();

  constructor(
    private readonly addresses: () => { readonly issuer: string; readonly logoutUrl: string },
    private readonly clients: ClientStore,
    private readonly sessions: LoginSessions,
  ) {}

  /** `/oauth2/sessions/logout`. @throws what goes to the page for errors */
  answer(request: HttpRequest): HttpAnswer {
    const verifier = request.query.get('logout_verifier');
    return verifier === null ? this.begin(request) : this.complete(verifier);
  }

  private begin(request: HttpRequest): HttpAnswer {
    const hint = request.query.get('id_token_hint');
    const { client, next, sessionId } = hint === null ? this.byCookie(request) : this.byHint(request, hint);
    const session = this.sessions.remembered(sessionId);
    if (!session) return redirect(302, next);
    const logout = {
      challenge: randomUUID(),
      verifier: randomUUID(),
      sessionId,
      subject: session.subject,
      requestUrl: request.target,
      client,
      next,
    };
    this.requests.set(logout.challenge, logout);
    return redirect(302, withQuery(this.addresses().logoutUrl, { logout_challenge: logout.challenge }));
  }

  private byCookie(request: HttpRequest) {
    for (const name of ['state', 'post_logout_redirect_uri'])
      if (request.query.get(name)) throw oauthError('invalid_request', `${name} needs an id_token_hint.`);
    return { client: null, next: this.fallback(), sessionId: this.sessions.of(request)?.id ?? '' };
  }

  private byHint({ query }: HttpRequest, hint: string) {
    const { aud, sid } = claimsOf(hint);
    const client = this.clients.clients.get([aud].flat()[0] ?? '');
    if (!client || typeof sid !== 'string')
      throw oauthError('invalid_request', 'The id_token_hint is not valid.');
    const wanted = query.get('post_logout_redirect_uri') ?? '';
    if (wanted !== '' && !client.members.post_logout_redirect_uris?.includes(wanted))
      throw oauthError('invalid_request', 'The post_logout_redirect_uri is not registered.');
    const state = query.get('state') ?? '';
    const next = wanted === '' ? this.fallback() : withQuery(wanted, state === '' ? {} : { state });
    return { client, next, sessionId: sid };
  }

  private complete(verifier: string): HttpAnswer {
    const logout = this.accepted.get(verifier);
    if (!logout) throw new HydraError(404, 'not_found', 'The logout verifier is not valid.');
    this.accepted.delete(verifier);
    this.sessions.end(logout.sessionId);
    return {
      status: 302,
      headers: { location: logout.next, 'set-cookie': clearCookie(SESSION_COOKIE) },
    };
  }

  private describe({ challenge, subject, sessionId, requestUrl, client }: LogoutRequest): HttpAnswer {
    return json(200, {
      challenge,
      subject,
      sid: sessionId,
      request_url: requestUrl,
      rp_initiated: client !== null,
      client: client && answerOf(client),
    });
  }

  private accept(logout: LogoutRequest): HttpAnswer {
    this.accepted.set(logout.verifier, logout);
    const url = `${this.addresses().issuer}oauth2/sessions/logout`;
    return redirectTo(url, 'logout_verifier', logout.verifier);
  }

  private reject({ challenge }: LogoutRequest): HttpAnswer {
    this.requests.delete(challenge);
    return { status: 204 };
  }

  private requested({ query }: HttpRequest): LogoutRequest {
    const logout = this.requests.get(query.get('logout_challenge') ?? query.get('challenge') ?? '');
    if (!logout) throw noSuchResource();
    return logout;
  }

  private fallback(): string {
    return `${this.addresses().issuer}oauth2/fallbacks/logout/callback`;
  }
}

/** The signature is not looked at: a test that forged an ID token would only sign somebody out. */
function claimsOf(hint: string) {
  try {
    return decodeJwt(hint);
  } catch {
    throw oauthError('invalid_request', 'The id_token_hint is not valid.');
  }
}
