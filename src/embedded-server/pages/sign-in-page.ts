import { DEMO_ORGANIZATION, DEMO_PEOPLE, type DemoPerson } from '../demo/demo.js';
import { markup, type Html } from './html.js';
import type { HtmlPage } from './page.js';

export const signInPage = ({ client, token }: { client: string; token: string }): HtmlPage => ({
  title: 'Sign in',
  main: markup`<p>Choose who you are, to continue to <strong>${client}</strong>.</p>
<form method="post">
<input type="hidden" name="csrf" value="${token}">
${Object.values(DEMO_PEOPLE).map(choice)}
<button class="quiet" name="answer" value="cancel">Cancel</button>
</form>
<p class="note">These are demo people without passwords.</p>`,
});

const choice = ({ subject, name, role }: DemoPerson): Html =>
  markup`<button name="subject" value="${subject}">${name} <small>${role} of ${DEMO_ORGANIZATION.name}</small></button>
`;
