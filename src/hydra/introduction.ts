import type { Introduction } from '../authorization-server/authorization-server.js';
import { PLATFORM_SCOPE } from '../access/permission.js';
import type { Config } from '../config/config.js';
import type { HydraConfig } from '../config/hydra-config.js';

/**
 * Where this Hydra is, and how callers get their tokens. The service does not know their secrets: the examples have
 * variables in their place.
 */
export function hydraIntroduction(hydra: HydraConfig, config: Config): Introduction {
  const base = withoutSlash(hydra.issuer);
  const kratos = config.issuers.find(({ kind }) => kind === 'kratos');
  return {
    links: [
      ['Tokens', `${base}/.well-known/openid-configuration`],
      ['Brought to', `${hydra.adminUrl} (Hydra's admin API)`],
    ],
    examples: [
      platform(`${base}/oauth2/token`, config),
      ...(kratos ? [person(withoutSlash(kratos.issuer))] : []),
      '# With docker compose, all of it step by step: sh docker/walk.sh',
    ],
  };
}

const platform = (
  token: string,
  { audience, publicUrl }: Config,
): string => `# The platform gets a token with its own client in Hydra (docker/platform-clients.sh), and makes an organization
PLATFORM=$(curl -sS -u "platform:$PLATFORM_CLIENT_SECRET" -d grant_type=client_credentials -d scope=${PLATFORM_SCOPE} -d audience=${audience} '${token}' | ${valueOf('access_token')})
curl -sS -X PUT -H "Authorization: Bearer $PLATFORM" -H 'Content-Type: application/json' -d '{"name":"Example Ltd"}' '${publicUrl}/v1/organizations/${EXAMPLE_ID}'`;

const person = (
  kratos: string,
): string => `# A person changes a session of Kratos into a token, by a tokenizer template (docker/kratos.yml)
PERSON=$(curl -sS -H "X-Session-Token: $SESSION" '${kratos}/sessions/whoami?tokenize_as=oauth_client_registry' | ${valueOf('tokenized')})`;

/** The id of the organization that Swagger UI fills in. */
const EXAMPLE_ID = 'de300000-0000-4000-8000-000000000001';

const valueOf = (member: string): string => `sed -E 's/.*"${member}": ?"([^"]*)".*/\\1/'`;

const withoutSlash = (url: string): string => url.replace(/\/$/, '');
