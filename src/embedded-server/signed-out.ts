import { decodeJwt } from 'jose';
import type { Context, KoaMiddleware, Provider } from './oidc-provider.js';
import { continuePage } from './pages/continue-page.js';
import { loggedOutPage } from './pages/logout-pages.js';
import { showPage } from './pages/page.js';

/**
 * Answers whoever signs out without being signed in: oidc-provider would store a session for each of these requests, and
 * end it again by a form that needs a script. And lets whoever has pressed a button of the page go on to the client.
 */
export const answerSignedOut =
  (provider: Provider): KoaMiddleware =>
  async (ctx, next) => {
    if (ctx.path === '/session/end') return begin(provider, ctx, next);
    await next();
    if (ctx.path === '/session/end/confirm') letGo(ctx, provider.issuer);
  };

async function begin(provider: Provider, ctx: Context, next: () => Promise<void>): Promise<void> {
  const { accountId } = await provider.Session.get(ctx);
  if (accountId !== undefined) return next();
  const address = await returnAddress(provider, ctx);
  if (address === null) showPage(ctx, loggedOutPage);
  else ctx.redirect(address);
}

/** Goes on to the client by way of a page: browsers hold a redirect after a form against the page's `form-action`. */
function letGo(ctx: Context, issuer: string): void {
  const location = ctx.response.get('location');
  if (!location || location.startsWith(`${issuer}/`)) return;
  ctx.status = 200;
  ctx.remove('location');
  showPage(ctx, continuePage(location));
}

/** Where the client that is named wants people to be, if it is registered for it (OpenID Connect RP-Initiated Logout, section 3). */
async function returnAddress(provider: Provider, { query }: Context): Promise<string | null> {
  const { post_logout_redirect_uri: uri, state, client_id: clientId, id_token_hint: hint } = query;
  const named = typeof clientId === 'string' ? clientId : audienceOf(hint);
  const client = named === undefined ? undefined : await provider.Client.find(named);
  if (typeof uri !== 'string' || !client?.postLogoutRedirectUriAllowed(uri)) return null;
  if (typeof state !== 'string') return uri;
  return `${uri}${uri.includes('?') ? '&' : '?'}state=${encodeURIComponent(state)}`;
}

/** The signature does not matter: the client may be named without it too, and nobody is signed out. */
function audienceOf(hint: unknown): string | undefined {
  try {
    const { aud } = decodeJwt(String(hint));
    return typeof aud === 'string' ? aud : undefined;
  } catch {
    return undefined;
  }
}
