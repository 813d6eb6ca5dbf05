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
  type DemoClient,
} from './demo.js';
import type { DemoLeft } from './demo-seed.js';

/** What `demoIntroduction` is made from. It holds tokens and a secret: for a person's terminal, never for a log. */
export interface IntroductionFacts extends Pick<Config, 'publicUrl' | 'dataDirectory'> {
  readonly platformSecret: string;
  /** Null when the demo project has been deleted: examples that cannot work are not shown. */
  readonly demo: (DemoLeft & { readonly adminToken: string; readonly viewerToken: string }) | null;
}

const DEFAULTS = new Config({});

/** Where this server is, and commands that show the service at work when they are pasted into bash. */
export function demoIntroduction(facts: IntroductionFacts): Introduction {
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
  { publicUrl, dataDirectory }: IntroductionFacts,
  { adminToken, viewerToken, ...left }: NonNullable<IntroductionFacts['demo']>,
): string {
  const { admin, viewer } = DEMO_PEOPLE;
  return `Paste into bash to try it. ${admin.name} is an admin, ${viewer.name} a viewer; their tokens are valid for one hour.

ADMIN='${adminToken}'
VIEWER='${viewerToken}'
CLIENTS='${publicUrl}/v1/organizations/${DEMO_ORGANIZATION.id}/projects/${DEMO_PROJECT.id}/oauth-clients'
${webClient(left)}

# List the clients of the demo project
${curl} -H "Authorization: Bearer $ADMIN" "$CLIENTS"

# Change one: 200
${patch('ADMIN', { description: 'Changed from my terminal' })}

# Grant types cannot be changed after creation: 422
${patch('ADMIN', { grant_types: ['client_credentials'] })}

# A viewer may only read: 403
${patch('VIEWER', { description: 'Not allowed' })}

${machineClient(left)}
${clientCredentials('$CLIENT_ID:$SECRET', 'oauth_clients:read', publicUrl)}

# When the tokens have expired, run this in the project's directory: ADMIN=$(${freshToken(dataDirectory)})`;
}

/** A deleted client stays deleted, with its id: the examples then make another one of its kind. */
function webClient({ webClient: isLeft }: DemoLeft): string {
  if (isLeft) return `WEB="$CLIENTS/${DEMO_WEB_CLIENT.id}"`;
  return `# The demo web client was deleted: make another one
WEB="$CLIENTS/$(${create(DEMO_WEB_CLIENT)} | ${valueOf('id')})"`;
}

function machineClient({ machineClient: isLeft }: DemoLeft): string {
  if (isLeft) {
    return `# Give the machine client a new secret, and get a token with it
CLIENT_ID='${DEMO_MACHINE_CLIENT.clientId}'
SECRET=$(curl -sS -X POST -H "Authorization: Bearer $ADMIN" "$CLIENTS/${DEMO_MACHINE_CLIENT.id}/secrets" | ${valueOf('client_secret')})`;
  }
  return `# The demo machine client was deleted: make another one, and get a token with its secret
MACHINE=$(${create(DEMO_MACHINE_CLIENT)})
CLIENT_ID=$(printf '%s' "$MACHINE" | ${valueOf('client_id')})
SECRET=$(printf '%s' "$MACHINE" | ${valueOf('client_secret')})`;
}

const create = ({ settings }: DemoClient): string =>
  `curl -sS -X POST -H "Authorization: Bearer $ADMIN" -H 'Content-Type: application/json' -d ${quoted(JSON.stringify(settings))} "$CLIENTS"`;

/** Takes the text of one member out of a JSON document. */
const valueOf = (member: string): string => `sed -E 's/.*"${member}": ?"([^"]*)".*/\\1/'`;

const platform = ({
  publicUrl,
  platformSecret,
}: IntroductionFacts): string => `# The platform, which provisions organizations, projects and members, gets a token
${clientCredentials(`${PLATFORM_CLIENT_ID}:${platformSecret}`, PLATFORM_SCOPE, publicUrl)}`;

const tokenEndpoint = (publicUrl: string): string => `${embeddedIssuer({ publicUrl })}/token`;

/** Prints the status on a line of its own: it is what the examples of refused calls are about. */
const curl = `curl -sS -w '\\n%{http_code}\\n'`;

const patch = (holder: string, body: object): string =>
  `${curl} -X PATCH -H "Authorization: Bearer $${holder}" -H 'Content-Type: application/json' -d '${JSON.stringify(body)}' "$WEB"`;

const clientCredentials = (credentials: string, scope: string, publicUrl: string): string =>
  `${curl} -u "${credentials}" -d grant_type=client_credentials -d scope=${scope} '${tokenEndpoint(publicUrl)}'`;

/**
 * The command for a fresh token. It is printed as a comment, since it works in the project's directory only. DATA_DIR is
 * all that it has to be told: the service has left its other settings there.
 */
function freshToken(dataDirectory: string): string {
  const assignment = dataDirectory === DEFAULTS.dataDirectory ? '' : `DATA_DIR=${quoted(dataDirectory)} `;
  return `${assignment}npm run --silent demo:token -- admin`;
}

const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;
