import type { KoaContextWithOIDC } from 'oidc-provider';
import { markup, trusted } from './html.js';
import { showPage } from './page.js';

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

export function renderLoggedOut(ctx: KoaContextWithOIDC): void {
  const isStaying = ctx.oidc.session?.accountId !== undefined;
  showPage(ctx, {
    title: isStaying ? 'You are still signed in' : 'You are signed out',
    main: markup`<p>You can close this page.</p>`,
  });
}
