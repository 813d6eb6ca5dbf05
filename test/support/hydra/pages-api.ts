import { answerOf } from './clients-api.js';
import { epochSeconds, type Claims, type Denial, type Flow, type Flows } from './flow.js';
import { json, type HttpAnswer, type HttpRequest } from './http.js';
import { invalidRequest, noSuchRequest } from './hydra-error.js';
import type { Routes } from './routes.js';

const LOGIN = '/admin/oauth2/auth/requests/login';
const CONSENT = '/admin/oauth2/auth/requests/consent';

interface AcceptedLogin {
  readonly subject?: string;
  readonly remember?: boolean;
  readonly acr?: string;
  readonly amr?: readonly string[];
  readonly context?: unknown;
}

interface AcceptedConsent {
  readonly grant_scope?: readonly string[];
  readonly grant_access_token_audience?: readonly string[];
  readonly remember?: boolean;
  readonly session?: { readonly access_token?: Claims; readonly id_token?: Claims };
}

interface Rejection {
  readonly error?: string;
  readonly error_description?: string;
}

/** What the login and consent application asks of Hydra. */
export class PagesApi {
  readonly routes: Routes = {
    [`GET ${LOGIN}`]: (request) => this.login(request),
    [`PUT ${LOGIN}/accept`]: (request) => this.acceptLogin(request),
    [`PUT ${LOGIN}/reject`]: (request) => this.rejectLogin(request),
    [`GET ${CONSENT}`]: (request) => this.consent(request),
    [`PUT ${CONSENT}/accept`]: (request) => this.acceptConsent(request),
    [`PUT ${CONSENT}/reject`]: (request) => this.rejectConsent(request),
  };

  constructor(private readonly flows: Flows) {}

  private login(request: HttpRequest): HttpAnswer {
    const { flow, challenge } = this.opened(request, 'login_challenge');
    return json(200, {
      challenge,
      requested_scope: flow.requestedScope,
      requested_access_token_audience: flow.requestedAudience,
      skip: flow.login.skip,
      subject: flow.login.subject,
      oidc_context: {},
      client: answerOf(flow.client),
      request_url: flow.requestUrl,
      session_id: flow.sessionId,
    });
  }

  private acceptLogin(request: HttpRequest): HttpAnswer {
    const { subject = '', ...accepted } = bodyOf<AcceptedLogin>(request);
    if (subject === '') throw invalidRequest("Field 'subject' must not be empty.");
    const { flow } = this.opened(request, 'login_challenge');
    const { skip, subject: known, authenticatedAt } = flow.login;
    // Somebody else has signed in than the session says: Hydra starts over and has them sign in again.
    if (known !== '' && known !== subject) return redirectTo(flow.requestUrl, 'prompt', 'login');
    const login: Flow['login'] = {
      skip,
      subject,
      authenticatedAt: skip ? authenticatedAt : epochSeconds(),
      remember: skip || (accepted.remember ?? false),
      acr: accepted.acr ?? '',
      amr: accepted.amr ?? [],
      context: accepted.context ?? null,
      denial: null,
    };
    const verifier = this.flows.seal({ ...flow, login }, 'login_verifier');
    return redirectTo(flow.requestUrl, 'login_verifier', verifier);
  }

  private rejectLogin(request: HttpRequest): HttpAnswer {
    const denial = denialOf(bodyOf<Rejection>(request));
    const { flow } = this.opened(request, 'login_challenge');
    const verifier = this.flows.seal({ ...flow, login: { ...flow.login, denial } }, 'login_verifier');
    return redirectTo(flow.requestUrl, 'login_verifier', verifier);
  }

  private consent(request: HttpRequest): HttpAnswer {
    const { flow, challenge } = this.opened(request, 'consent_challenge');
    const { requestId, skip } = consentOf(flow);
    return json(200, {
      challenge,
      consent_request_id: requestId,
      requested_scope: flow.requestedScope,
      requested_access_token_audience: flow.requestedAudience,
      skip,
      subject: flow.login.subject,
      oidc_context: {},
      client: answerOf(flow.client),
      request_url: flow.requestUrl,
      login_challenge: flow.id,
      login_session_id: flow.sessionId,
      acr: flow.login.acr,
      amr: flow.login.amr,
      context: flow.login.context,
    });
  }

  private acceptConsent(request: HttpRequest): HttpAnswer {
    const accepted = bodyOf<AcceptedConsent>(request);
    const { flow } = this.opened(request, 'consent_challenge');
    const consent: Flow['consent'] = {
      ...consentOf(flow),
      grantedScope: accepted.grant_scope ?? [],
      grantedAudience: accepted.grant_access_token_audience ?? [],
      remember: accepted.remember ?? false,
      accessToken: accepted.session?.access_token ?? {},
      idToken: accepted.session?.id_token ?? {},
      denial: null,
    };
    const verifier = this.flows.seal({ ...flow, consent }, 'consent_verifier');
    return redirectTo(flow.requestUrl, 'consent_verifier', verifier);
  }

  private rejectConsent(request: HttpRequest): HttpAnswer {
    const denial = denialOf(bodyOf<Rejection>(request));
    const { flow } = this.opened(request, 'consent_challenge');
    const consent = { ...consentOf(flow), denial };
    const verifier = this.flows.seal({ ...flow, consent }, 'consent_verifier');
    return redirectTo(flow.requestUrl, 'consent_verifier', verifier);
  }

  private opened({ query }: HttpRequest, purpose: 'login_challenge' | 'consent_challenge') {
    const challenge = query.get(purpose) ?? query.get('challenge') ?? '';
    if (challenge === '')
      throw invalidRequest("Query parameter 'challenge' is not defined but should have been.");
    const flow = this.flows.open(challenge, purpose);
    if (!flow) throw noSuchRequest();
    return { flow, challenge };
  }
}

function consentOf({ consent }: Flow): NonNullable<Flow['consent']> {
  if (!consent) throw noSuchRequest();
  return consent;
}

const denialOf = ({ error = 'request_denied', error_description: description = '' }: Rejection): Denial => ({
  error,
  description,
});

function bodyOf<T>({ body }: HttpRequest): T {
  try {
    return JSON.parse(body) as T;
  } catch (error) {
    throw invalidRequest(`Unable to decode body because: ${String(error)}`);
  }
}

export function redirectTo(url: string, parameter: string, value: string): HttpAnswer {
  const next = new URL(url);
  next.searchParams.set(parameter, value);
  return json(200, { redirect_to: next.href });
}
