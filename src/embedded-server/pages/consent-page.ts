import type { ClientSettings } from '../../oauth-clients/model/members.js';
import { markup, type Html } from './html.js';
import type { HtmlPage } from './page.js';

type About = Pick<ClientSettings, 'client_uri' | 'policy_uri' | 'tos_uri' | 'contacts'>;

export interface Consent {
  readonly client: string;
  /** What the owner of the client gives people to read. */
  readonly about: About;
  /** Null for the platform's own clients. */
  readonly project: string | null;
  readonly person: string;
  readonly scopes: readonly string[];
  /** Where the answer goes. */
  readonly redirectUri: string;
  readonly token: string;
}

export const consentPage = ({
  client,
  about,
  project,
  person,
  scopes,
  redirectUri,
  token,
}: Consent): HtmlPage => ({
  title: `Give access to ${client}?`,
  main: markup`<p>You are signed in as <strong>${person}</strong>.
<strong>${client}</strong>${project === null ? '' : markup`, of the project <strong>${project}</strong>,`} asks for access${
    scopes.length === 0 ? ' without any scope.' : ':'
  }</p>
${scopes.length === 0 ? '' : markup`<ul>${scopes.map(scopeItem)}</ul>`}
<p>If you allow it, you continue at <code>${addressOf(redirectUri)}</code>.</p>
${aboutClient(about)}
<form method="post">
<input type="hidden" name="csrf" value="${token}">
<button name="answer" value="allow">Allow</button>
<button class="quiet" name="answer" value="cancel">Deny</button>
</form>`,
});

/** What the scopes of OpenID Connect mean; the meaning of any other is its API's to know. */
const MEANINGS: ReadonlyMap<string, string> = new Map([
  ['openid', 'who you are'],
  ['profile', 'your name'],
  ['email', 'your e-mail address'],
  ['offline_access', 'access while you are away'],
]);

function scopeItem(scope: string): Html {
  const meaning = MEANINGS.get(scope);
  return markup`<li><code>${scope}</code>${meaning === undefined ? '' : `: ${meaning}`}</li>`;
}

/** What a person can judge: the site, or all of it where an app has a scheme of its own. */
const addressOf = (redirectUri: string): string =>
  redirectUri.split(/(?<=^https?:\/\/[^/?]*)[/?]/, 1)[0] ?? '';

/** Links and text: a picture of the client's would tell its owner who looks at this page. */
function aboutClient({ client_uri, policy_uri, tos_uri, contacts }: About): Html {
  const links = [
    ['About it', client_uri],
    ['Privacy', policy_uri],
    ['Terms of service', tos_uri],
  ].flatMap(([text = '', address]) => (address ? [link(text ?? '', address)] : []));
  const lines = [...links, ...contacts.map((contact) => markup`<li>Contact: ${contact}</li>`)];
  return lines.length === 0 ? markup`` : markup`<ul class="note">${lines}</ul>`;
}

const link = (text: string, address: string): Html =>
  markup`<li>${text}: <a href="${address}" rel="noopener noreferrer" target="_blank">${address}</a></li>`;
