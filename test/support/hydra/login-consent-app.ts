import { DEMO_PEOPLE } from '../../../src/embedded-server/demo/demo.js';
import { consentPage } from '../../../src/embedded-server/pages/consent-page.js';
import { markup } from '../../../src/embedded-server/pages/html.js';
import { showPage, type HtmlPage } from '../../../src/embedded-server/pages/page.js';
import { signInPage } from '../../../src/embedded-server/pages/sign-in-page.js';
import { html, Listener, redirect, parseForm, type HttpAnswer, type HttpRequest } from './http.js';
import { HydraPages, type ConsentRequest, type PageKind } from './hydra-pages.js';
import { router } from './routes.js';

export interface LoginConsentAppOptions {
  /** The admin API of the stand-in or of a real Hydra, which may be known later than the pages' addresses. */
  readonly adminUrl: () => string;
  /** A free one unless given: a real Hydra's configuration names it. */
  readonly port?: number;
}

/** A claim in everybody's access tokens: a number that Go, having read it as a float64, would write with an exponent. */
export const PERSON_NUMBER = 1_234_567;

const PEOPLE = Object.values(DEMO_PEOPLE);

/** The platform's login and consent application: the people and the pages of the demo, asked for by Hydra. */
export class LoginConsentApp {
  private readonly hydra: HydraPages;

  private constructor(
    { adminUrl }: LoginConsentAppOptions,
    private readonly url: () => string,
    private readonly listeners: Listener[],
  ) {
    this.hydra = new HydraPages(adminUrl);
  }

  static async start(options: LoginConsentAppOptions): Promise<LoginConsentApp> {
    const listeners: Listener[] = [];
    const app = new LoginConsentApp(options, () => listeners[0]?.url ?? '', listeners);
    const handler = router({
      'GET /login': (request) => app.showLogin(challengeOf(request, 'login')),
      'POST /login': (request) => app.login(challengeOf(request, 'login'), formOf(request)),
      'GET /consent': (request) => app.showConsent(challengeOf(request, 'consent')),
      'POST /consent': (request) => app.consent(challengeOf(request, 'consent'), formOf(request)),
      'GET /logout': (request) => app.showLogout(challengeOf(request, 'logout')),
      'POST /logout': (request) => app.logout(challengeOf(request, 'logout')),
    });
    listeners.push(await Listener.start(handler, options.port));
    return app;
  }

  get loginUrl(): string {
    return `${this.url()}/login`;
  }

  get consentUrl(): string {
    return `${this.url()}/consent`;
  }

  get logoutUrl(): string {
    return `${this.url()}/logout`;
  }

  async stop(): Promise<void> {
    await Promise.all(this.listeners.map((listener) => listener.down()));
  }

  private async showLogin(challenge: string): Promise<HttpAnswer> {
    const { skip, subject, client } = await this.hydra.get('login', challenge);
    if (skip) return goOn(await this.hydra.accept('login', challenge, { subject }));
    return page(signInPage({ client: client.client_name, token: challenge }));
  }

  private async login(challenge: string, form: URLSearchParams): Promise<HttpAnswer> {
    const subject = form.get('subject');
    if (!PEOPLE.some((person) => person.subject === subject))
      return goOn(await this.hydra.deny('login', challenge));
    return goOn(await this.hydra.accept('login', challenge, { subject, remember: true }));
  }

  private async showConsent(challenge: string): Promise<HttpAnswer> {
    const request = await this.hydra.get('consent', challenge);
    const { skip, client, subject, requested_scope: scopes } = request;
    if (skip || client.skip_consent) return this.allow(challenge, request, { remember: false });
    return page(
      consentPage({
        client: client.client_name,
        about: { ...client, contacts: [...(client.contacts ?? [])] },
        project: client.owner || null,
        person: PEOPLE.find((person) => person.subject === subject)?.name ?? subject,
        scopes,
        redirectUri: new URL(request.request_url).searchParams.get('redirect_uri') ?? '',
        token: challenge,
      }),
    );
  }

  private async consent(challenge: string, form: URLSearchParams): Promise<HttpAnswer> {
    if (form.get('answer') !== 'allow') return goOn(await this.hydra.deny('consent', challenge));
    return this.allow(challenge, await this.hydra.get('consent', challenge), { remember: true });
  }

  /** @param remember only what a person has said: a client that stops being trusted is asked about then */
  private async allow(
    challenge: string,
    request: ConsentRequest,
    { remember }: { readonly remember: boolean },
  ): Promise<HttpAnswer> {
    const { requested_scope: scopes, requested_access_token_audience: audience, subject } = request;
    return goOn(
      await this.hydra.accept('consent', challenge, {
        grant_scope: scopes,
        grant_access_token_audience: audience,
        remember,
        session: { access_token: { number: PERSON_NUMBER }, id_token: claimsOf(subject, scopes) },
      }),
    );
  }

  private async showLogout(challenge: string): Promise<HttpAnswer> {
    const { client } = await this.hydra.get('logout', challenge);
    if (client?.skip_logout_consent) return this.logout(challenge);
    return page({
      title: 'Sign out?',
      main: markup`<form method="post"><button name="logout" value="yes">Sign out</button></form>`,
    });
  }

  private async logout(challenge: string): Promise<HttpAnswer> {
    return goOn(await this.hydra.accept('logout', challenge));
  }
}

/** What the scopes of OpenID Connect ask about a person. */
function claimsOf(subject: string, scopes: readonly string[]): Record<string, string> {
  const person = PEOPLE.find((one) => one.subject === subject);
  if (!person) return {};
  return {
    ...(scopes.includes('profile') && { name: person.name }),
    ...(scopes.includes('email') && { email: person.email }),
  };
}

const challengeOf = ({ query }: HttpRequest, kind: PageKind): string => query.get(`${kind}_challenge`) ?? '';

const formOf = ({ body }: HttpRequest): URLSearchParams => parseForm(body);

const goOn = (next: string): HttpAnswer => redirect(303, next);

function page(content: HtmlPage): HttpAnswer {
  const answer = { type: '', body: '' as unknown, set: () => undefined };
  showPage(answer, content);
  return html(200, String(answer.body));
}
