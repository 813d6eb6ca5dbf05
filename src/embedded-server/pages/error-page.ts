import type { ErrorOut, KoaContextWithOIDC } from 'oidc-provider';
import { markup } from './html.js';
import { showPage, type HtmlPage } from './page.js';

type Answer = Pick<KoaContextWithOIDC, 'accepts' | 'type' | 'body' | 'set'>;

/** Endpoints that a browser opens for a person; all others are for programs, whatever they accept. */
const FOR_PEOPLE = ['authorization', 'resume', 'end_session', 'end_session_confirm', 'end_session_success'];

export function renderError(ctx: KoaContextWithOIDC, out: ErrorOut): void {
  if (FOR_PEOPLE.includes(ctx.oidc.route)) answerPeople(ctx, out);
  else ctx.body = out;
}

/** With a page to a browser, and with JSON to what does not ask for pages. */
export function answerPeople(ctx: Answer, out: ErrorOut): void {
  if (ctx.accepts('json', 'html') === 'html') showPage(ctx, errorPage(out));
  else ctx.body = out;
}

/** For what cannot be answered to the client, because it or its redirect URI is not proven (RFC 6749, section 4.1.2.1). */
const errorPage = ({ error, error_description: description }: ErrorOut): HtmlPage => ({
  title: 'This did not work',
  main: markup`<p>
      ${WORDS.get(error) ?? 'The application that sent you here made a request that cannot be answered.'}
    </p>
    <p class="note">
      For its developers: <code>${error}</code>${description === undefined ? '' : `, ${description}`}
    </p>`,
});

const WORDS: ReadonlyMap<string, string> = new Map([
  ['invalid_client', 'The application that sent you here is not registered, or no longer.'],
  [
    'invalid_redirect_uri',
    'The application that sent you here wants the answer at an address that is not registered for it.',
  ],
  [
    'session_not_found',
    'This took too long, or was finished in another window. Go back to the application and start again.',
  ],
  ['temporarily_unavailable', 'The service cannot answer right now. Try again in a moment.'],
  ['server_error', 'Something went wrong here. Try again, and tell the operator if it happens again.'],
]);
