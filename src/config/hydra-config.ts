import { isBearerToken } from '../lib/bearer.js';
import type { Environment } from './environment.js';

const WITH_HYDRA = 'with AUTHORIZATION_SERVER=hydra';

/** How to reach and serve the Hydra that follows this registry. Also the injection token for it. */
export class HydraConfig {
  /** Its issuer identifier, byte for byte as in `iss`. */
  readonly issuer: string;
  /** Where its admin API is, without a trailing slash. It has no authentication of its own. */
  readonly adminUrl: string;
  /** A bearer token for what guards the admin API, such as a gateway or Ory Network's API key. */
  readonly adminToken: string | null;
  /** Keys of 32 bytes each, the newest first: internal secrets are derived from them, and new client secrets sealed. */
  readonly secretsKeys: readonly Buffer[];
  /** Where the token gate finds Hydra's public API, without a trailing slash. Null: this process serves no gate. */
  readonly publicUrl: string | null;
  /** Whether clients are moved to the token gate, one way: then Hydra knows them by internal secrets only. */
  readonly tokenGate: boolean;
  /**
   * The secrets of which Hydra and the proxy must present one at `/hooks`: several while it is replaced. With none,
   * nobody gets in.
   */
  readonly hookSecrets: readonly string[];
  /** Whether the authorize gate stands before Hydra, so that PKCE can be demanded of clients with a secret. */
  readonly authorizeGate: boolean;
  /** Writes to the admin API a minute, as Ory Network bounds them. Null: no bound. */
  readonly writesPerMinute: number | null;
  /** The public client by which Swagger UI signs people in. Null: they bring a token of their own. */
  readonly swaggerClientId: string | null;

  constructor(read: Environment, firstPartyClientIds: readonly string[]) {
    read.attempt('', () => read.required('ASSIGNABLE_SCOPES', WITH_HYDRA));
    this.issuer = read.attempt('', () => read.required('HYDRA_ISSUER', WITH_HYDRA));
    this.adminUrl = read.attempt('', () => readUrl(read, 'HYDRA_ADMIN_URL'));
    this.adminToken = read.optional('HYDRA_ADMIN_TOKEN');
    this.secretsKeys = read.attempt([], () => readSecretsKeys(read));
    this.publicUrl = read.attempt(
      null,
      () => read.optional('HYDRA_PUBLIC_URL') && readUrl(read, 'HYDRA_PUBLIC_URL'),
    );
    this.tokenGate = read.oneOf('TOKEN_GATE', ['disabled', 'enabled'], 'disabled') === 'enabled';
    if (this.tokenGate && this.publicUrl === null) {
      read.note('HYDRA_PUBLIC_URL', 'is required with TOKEN_GATE=enabled');
    }
    this.hookSecrets = read.attempt([], () => readHookSecrets(read));
    this.authorizeGate = read.oneOf('AUTHORIZE_GATE', ['disabled', 'enabled'], 'disabled') === 'enabled';
    if (this.authorizeGate && this.hookSecrets.length === 0) {
      read.note('HOOK_SECRET', 'is required with AUTHORIZE_GATE=enabled');
    }
    this.writesPerMinute = read.optionalInteger('HYDRA_WRITES_PER_MINUTE', { min: 1, max: 1_000_000 });
    this.swaggerClientId = read.optional('SWAGGER_CLIENT_ID');
    if (this.swaggerClientId !== null && !firstPartyClientIds.includes(this.swaggerClientId)) {
      read.note('SWAGGER_CLIENT_ID', 'must be one of FIRST_PARTY_CLIENT_IDS, or its tokens may see nothing');
    }
  }
}

const SECRETS_KEY_BYTES = 32;
const HOOK_SECRET_CHARACTERS = 16;

function readUrl(read: Environment, name: string): string {
  const text = read.required(name, WITH_HYDRA);
  const { href, username, password, search, hash } = read.url(name, text, ['http:', 'https:']);
  if (username || password || search || hash) {
    read.refuse(name, 'must hold no user name, password, query or fragment');
  }
  return href.replace(/\/$/, '');
}

function readSecretsKeys(read: Environment): Buffer[] {
  read.required('SECRETS_KEY', WITH_HYDRA);
  const texts = read.list('SECRETS_KEY');
  const keys = texts.map((text) => Buffer.from(text, 'base64'));
  const isKey = (text: string, index: number): boolean =>
    keys[index]?.length === SECRETS_KEY_BYTES && /^[\w+/-]{43}=?$/.test(text);
  if (texts.every(isKey)) return keys;
  return read.refuse(
    'SECRETS_KEY',
    'must be 32 random bytes in base64, as from: openssl rand -base64 32 (or several, comma separated, the newest first)',
  );
}

/** The hook secret is sent as a bearer token, whose characters need no quoting in the configuration of a proxy either. */
function readHookSecrets(read: Environment): string[] {
  const secrets = read.list('HOOK_SECRET');
  if (secrets.every((secret) => isBearerToken(secret) && secret.length >= HOOK_SECRET_CHARACTERS)) {
    return secrets;
  }
  return read.refuse(
    'HOOK_SECRET',
    `must be at least ${HOOK_SECRET_CHARACTERS} characters: letters, digits and -._~+/, and = at the end (or several such, comma separated, while it is replaced)`,
  );
}
