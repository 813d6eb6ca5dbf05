import type { KoaContextWithOIDC } from 'oidc-provider';
import { markup, trusted } from './html.js';
import { showPage, type HtmlPage } from './page.js';

/** The form is oidc-provider's, with its protection against forged requests; the buttons belong to it by its id. */
export function renderLogout(ctx: KoaContextWithOIDC, form: string): void {
  showPage(ctx, {
    title: 'Sign out?',
    main: markup`<p>This ends your session in this browser. What you have let in keeps its access.</p>
${trusted(form.replace('</form>', ''))}
<button name="logout" value="yes">Sign out</button>
<button class="quiet">Stay signed in</button>
</form>`,
  });
}

/**
 * The page after the question, whichever way it was answered. It reads the session itself, since oidc-provider does not
 * do so here.
 */
export async function renderLoggedOut(ctx: KoaContextWithOIDC): Promise<void> {
  const { accountId } = await ctx.oidc.provider.Session.get(ctx);
  showPage(ctx, accountId === undefined ? loggedOutPage : stayingPage);
}

const closing = markup`<p>You can close this page.</p>`;

export const loggedOutPage: HtmlPage = { title: 'You are signed out', main: closing };

const stayingPage: HtmlPage = { title: 'You are still signed in', main: closing };
