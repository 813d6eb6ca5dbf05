import type { Introduction } from '../../authorization-server/authorization-server.js';
import { Config } from '../../config/config.js';
import { PLATFORM_SCOPE } from '../../access/permission.js';
import { embeddedIssuer } from '../../config/embedded-issuer.js';
import {
  DEMO_MACHINE_CLIENT,
  DEMO_ORGANIZATION,
  DEMO_PEOPLE,
  DEMO_PROJECT,
  DEMO_WEB_CLIENT,
  PLATFORM_CLIENT_ID,
} from './demo.js';

/** What a fresh token depends on: its issuer, its key and its audience. */
type TokenSettings = Pick<Config, 'publicUrl' | 'dataDirectory' | 'audience'>;

/** What the introduction is made of. It holds tokens and a secret: for a person's terminal, never for a log. */
export interface IntroductionFacts extends TokenSettings {
  readonly platformSecret: string;
  /** Null when the demo clients have been deleted: examples that cannot work are not shown. */
  readonly demo: { readonly adminToken: string; readonly viewerToken: string } | null;
}

const DEFAULTS = new Config({});

const VARIABLES: readonly (readonly [name: string, member: keyof TokenSettings])[] = [
  ['PUBLIC_URL', 'publicUrl'],
  ['DATA_DIR', 'dataDirectory'],
  ['AUTH_AUDIENCE', 'audience'],
];

/** Where this server is, and commands that show the service at work when they are pasted into bash. */
export function introduction(facts: IntroductionFacts): Introduction {
  const issuer = embeddedIssuer(facts);
  return {
    links: [
      ['OAuth clients', `${issuer}/.well-known/openid-configuration`],
      ['Sign out', `${issuer}/session/end`],
    ],
    examples: [facts.demo && demo(facts, facts.demo), platform(facts)].filter((text) => text !== null),
  };
}

function demo(
  settings: TokenSettings,
  { adminToken, viewerToken }: NonNullable<IntroductionFacts['demo']>,
): string {
  const { publicUrl } = settings;
  const { admin, viewer } = DEMO_PEOPLE;
  return `Paste into bash to try it. ${admin.name} is an admin, ${viewer.name} a viewer; their tokens are valid for one hour.

ADMIN='${adminToken}'
VIEWER='${viewerToken}'
CLIENTS='${publicUrl}/v1/organizations/${DEMO_ORGANIZATION.id}/projects/${DEMO_PROJECT.id}/oauth-clients'
WEB="$CLIENTS/${DEMO_WEB_CLIENT.id}"
MACHINE="$CLIENTS/${DEMO_MACHINE_CLIENT.id}"

# List the clients of the demo project
${curl} -H "Authorization: Bearer $ADMIN" "$CLIENTS"

# Change one: 200
${patch('ADMIN', { description: 'Changed from my terminal' })}

# Grant types cannot be changed after creation: 422
${patch('ADMIN', { grant_types: ['client_credentials'] })}

# A viewer may only read: 403
${patch('VIEWER', { description: 'Not allowed' })}

# Give the machine client a new secret, and get a token with it
SECRET=$(curl -sS -X POST -H "Authorization: Bearer $ADMIN" "$MACHINE/secrets" | sed -E 's/.*"client_secret": ?"([^"]*)".*/\\1/')
${clientCredentials(`${DEMO_MACHINE_CLIENT.clientId}:$SECRET`, 'oauth_clients:read', publicUrl)}

# When the tokens have expired, run this in the project's directory: ADMIN=$(${freshToken(settings)})`;
}

const platform = ({
  publicUrl,
  platformSecret,
}: IntroductionFacts): string => `# The platform, which provisions organizations, projects and members, gets a token
${clientCredentials(`${PLATFORM_CLIENT_ID}:${platformSecret}`, PLATFORM_SCOPE, publicUrl)}`;

const tokenEndpoint = (publicUrl: string): string => `${embeddedIssuer({ publicUrl })}/token`;

/** The status on a line of its own: what a refusal is about is its status. */
const curl = `curl -sS -w '\\n%{http_code}\\n'`;

const patch = (holder: string, body: object): string =>
  `${curl} -X PATCH -H "Authorization: Bearer $${holder}" -H 'Content-Type: application/json' -d '${JSON.stringify(body)}' "$WEB"`;

const clientCredentials = (credentials: string, scope: string, publicUrl: string): string =>
  `${curl} -u "${credentials}" -d grant_type=client_credentials -d scope=${scope} '${tokenEndpoint(publicUrl)}'`;

/** A comment for pasting, as it works in one directory only. Another terminal does not know this process's settings. */
function freshToken(settings: TokenSettings): string {
  const changed = VARIABLES.filter(([, member]) => settings[member] !== DEFAULTS[member]);
  const assignments = changed.map(([name, member]) => `${name}=${quoted(settings[member])} `);
  return `${assignments.join('')}npm run --silent demo:token -- admin`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
