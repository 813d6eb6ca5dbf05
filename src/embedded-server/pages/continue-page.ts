import { markup } from './html.js';
import type { HtmlPage } from './page.js';

/**
 * Goes on after a form. A redirect would not do: browsers hold the page's `form-action` against every hop after a form,
 * and the client at the end of the chain may redirect on to anywhere.
 */
export const continuePage = (next: string): HtmlPage => ({
  title: 'One moment',
  next,
  main: markup`<p>You are being sent on. <a href="${next}">Continue</a> if nothing happens.</p>`,
});
