import type { Middleware, Provider } from './oidc-provider.js';
import { loggedOutPage } from './pages/logout-pages.js';
import { showPage } from './pages/page.js';

/**
 * Answers whoever signs out without being signed in. oidc-provider would store a session for each of these requests, and
 * end it again by a form that needs a script.
 */
export const answerSignedOut =
  (provider: Provider): Middleware =>
  async (ctx, next) => {
    if (ctx.path !== '/session/end') return next();
    const { accountId } = await provider.Session.get(ctx);
    if (accountId !== undefined) return next();
    showPage(ctx, loggedOutPage);
  };
