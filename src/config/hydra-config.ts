import { isBearerToken } from '../lib/bearer.js';
import type { Environment } from './environment.js';

const REQUIRED = 'is required with AUTHORIZATION_SERVER=hydra';

/** How to reach and serve the Hydra that follows this registry. Also the injection token for it. */
export class HydraConfig {
  /** Its issuer identifier, byte for byte as in `iss`. */
  readonly issuer: string;
  /** Where its admin API is, without a trailing slash. It has no authentication of its own. */
  readonly adminUrl: string;
  /** A bearer token for what guards the admin API, such as a gateway or Ory Network's API key. */
  readonly adminToken: string | null;
  /** 32 bytes: seals a new client secret until Hydra has it. */
  readonly secretsKey: Buffer;
  /** What Hydra and the proxy must present at `/hooks`. Null: nobody gets in. */
  readonly hookSecret: string | null;
  /** Whether the authorize gate stands before Hydra, so that PKCE can be demanded of clients with a secret. */
  readonly authorizeGate: boolean;
  /** Writes to the admin API a minute, as Ory Network bounds them. Null: as many as there are. */
  readonly writesPerMinute: number | null;

  constructor(read: Environment) {
    if (read.optional('ASSIGNABLE_SCOPES') === null) read.refuse('ASSIGNABLE_SCOPES', REQUIRED);
    this.issuer = read.optional('HYDRA_ISSUER') ?? read.refuse('HYDRA_ISSUER', REQUIRED);
    this.adminUrl = readAdminUrl(read);
    this.adminToken = read.optional('HYDRA_ADMIN_TOKEN');
    this.secretsKey = readSecretsKey(read);
    this.hookSecret = readHookSecret(read);
    this.authorizeGate = read.oneOf('AUTHORIZE_GATE', ['disabled', 'enabled'], 'disabled') === 'enabled';
    if (this.authorizeGate && this.hookSecret === null) {
      read.refuse('HOOK_SECRET', 'is required with AUTHORIZE_GATE=enabled');
    }
    this.writesPerMinute = read.optionalInteger('HYDRA_WRITES_PER_MINUTE', { min: 1, max: 1_000_000 });
  }
}

const SECRETS_KEY_BYTES = 32;
const HOOK_SECRET_CHARACTERS = 16;

function readAdminUrl(read: Environment): string {
  const text = read.optional('HYDRA_ADMIN_URL') ?? read.refuse('HYDRA_ADMIN_URL', REQUIRED);
  const { href, username, password, search, hash } = read.url('HYDRA_ADMIN_URL', text, ['http:', 'https:']);
  if (username || password || search || hash) {
    read.refuse('HYDRA_ADMIN_URL', 'must hold no user name, password, query or fragment');
  }
  return href.replace(/\/$/, '');
}

function readSecretsKey(read: Environment): Buffer {
  const text = read.optional('SECRETS_KEY') ?? read.refuse('SECRETS_KEY', REQUIRED);
  const key = Buffer.from(text, 'base64');
  if (key.length === SECRETS_KEY_BYTES && /^[\w+/-]{43}=?$/.test(text)) return key;
  return read.refuse('SECRETS_KEY', 'must be 32 random bytes in base64, as from: openssl rand -base64 32');
}

/** Sent as a bearer token, whose characters need no quoting in the configuration of a proxy either. */
function readHookSecret(read: Environment): string | null {
  const secret = read.optional('HOOK_SECRET');
  if (secret === null || (isBearerToken(secret) && secret.length >= HOOK_SECRET_CHARACTERS)) return secret;
  return read.refuse(
    'HOOK_SECRET',
    `must be at least ${HOOK_SECRET_CHARACTERS} characters: letters, digits and -._~+/, and = at the end`,
  );
}
