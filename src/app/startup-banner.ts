import {
  DEMO_MACHINE_CLIENT,
  DEMO_ORGANIZATION,
  DEMO_PEOPLE,
  DEMO_PROJECT,
  DEMO_WEB_CLIENT,
  PLATFORM_CLIENT_ID,
} from '../embedded-server/demo/demo.js';
import { MOUNT_PATH } from '../config/embedded-issuer.js';
import { Config } from '../config/config.js';

/** What a fresh token depends on: its issuer, its key and its audience. */
type TokenSettings = Pick<Config, 'publicUrl' | 'dataDirectory' | 'audience'>;

/** What the banner has to know. It holds tokens and a secret: for a person's terminal, never for a log. */
export interface BannerFacts extends TokenSettings {
  readonly platformSecret: string;
  /** Null when the demo clients have been deleted: examples that cannot work are not shown. */
  readonly demo: { readonly adminToken: string; readonly viewerToken: string } | null;
}

export interface HydraFacts {
  readonly publicUrl: string;
  /** Hydra's issuer: where callers get their tokens. */
  readonly issuer: string;
  readonly adminUrl: string;
}

/** The same with a Hydra, which has people and clients of its own: there is nothing to hand out. */
export const hydraBanner = ({ publicUrl, issuer, adminUrl }: HydraFacts): string => `
OAuth Client Registry is ready.

  Try it out     ${publicUrl}/docs
  OpenAPI        ${publicUrl}/openapi.json
  Health         ${publicUrl}/health/ready
  Tokens         ${issuer.replace(/\/$/, '')}/.well-known/openid-configuration
  Brought to     ${adminUrl} (Hydra's admin API)

`;

const DEFAULTS = new Config({});

const VARIABLES: readonly (readonly [name: string, member: keyof TokenSettings])[] = [
  ['PUBLIC_URL', 'publicUrl'],
  ['DATA_DIR', 'dataDirectory'],
  ['AUTH_AUDIENCE', 'audience'],
];

/** Where everything is (a browser finds something at each link), and commands that show the service at work when they are pasted into bash. */
export function startupBanner(facts: BannerFacts): string {
  const sections = [links(facts), facts.demo && demo(facts, facts.demo), platform(facts)];
  return `\n${sections.filter((section) => section !== null).join('\n\n')}\n\n`;
}

const links = ({ publicUrl }: BannerFacts): string => `OAuth Client Registry is ready.

  Try it out     ${publicUrl}/docs
  OpenAPI        ${publicUrl}/openapi.json
  Health         ${publicUrl}/health/ready
  OAuth clients  ${publicUrl}${MOUNT_PATH}/.well-known/openid-configuration
  Sign out       ${publicUrl}${MOUNT_PATH}/session/end`;

function demo(
  settings: TokenSettings,
  { adminToken, viewerToken }: NonNullable<BannerFacts['demo']>,
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
${clientCredentials(`${DEMO_MACHINE_CLIENT.clientId}:$SECRET`, publicUrl)}

# When the tokens have expired, run this in the project's directory: ADMIN=$(${freshToken(settings)})`;
}

const platform = ({
  publicUrl,
  platformSecret,
}: BannerFacts): string => `# The platform, which provisions organizations, projects and members, gets a token
${clientCredentials(`${PLATFORM_CLIENT_ID}:${platformSecret}`, publicUrl)}`;

const tokenEndpoint = (publicUrl: string): string => `${publicUrl}${MOUNT_PATH}/token`;

/** The status on a line of its own: what a refusal is about is its status. */
const curl = `curl -sS -w '\\n%{http_code}\\n'`;

const patch = (holder: string, body: object): string =>
  `${curl} -X PATCH -H "Authorization: Bearer $${holder}" -H 'Content-Type: application/json' -d '${JSON.stringify(body)}' "$WEB"`;

const clientCredentials = (credentials: string, publicUrl: string): string =>
  `${curl} -u "${credentials}" -d grant_type=client_credentials '${tokenEndpoint(publicUrl)}'`;

/** A comment for pasting, as it works in one directory only. Another terminal does not know this process's settings. */
function freshToken(settings: TokenSettings): string {
  const changed = VARIABLES.filter(([, member]) => settings[member] !== DEFAULTS[member]);
  const assignments = changed.map(([name, member]) => `${name}=${quoted(settings[member])} `);
  return `${assignments.join('')}npm run --silent demo:token -- admin`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
