import { covers, isAudiencePattern } from '../lib/audience-grammar.js';
import { isLoopbackAddress } from '../lib/loopback.js';
import { embeddedIssuer } from './embedded-issuer.js';
import { Environment } from './environment.js';
import { HydraConfig } from './hydra-config.js';
import { readIssuers, type IssuerConfig } from './issuers.js';
import { readTrustProxy, type TrustProxy } from './trust-proxy.js';

export type LogLevel = (typeof LOG_LEVELS)[number];
const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** Everything the service is told from outside, read once at boot. Also the injection token for it. */
export class Config {
  /** TCP port to listen on; 0 lets the system choose one. */
  readonly port: number;
  readonly host: string;
  /** The origin callers use, without a trailing slash. Links and the embedded issuer are made from it. */
  readonly publicUrl: string;
  /** PostgreSQL connection string, or null for the embedded server. */
  readonly databaseUrl: string | null;
  /** The Hydra that follows this registry, or null for the embedded authorization server. */
  readonly hydra: HydraConfig | null;
  /** The `aud` value every access token for this API must carry (RFC 9068, section 4). */
  readonly audience: string;
  /** The trusted issuers of bearer tokens, without the embedded one. */
  readonly issuers: readonly IssuerConfig[];
  /** `client_id`s of the platform's own clients, whose user tokens may act in every project of their user. */
  readonly firstPartyClientIds: readonly string[];
  /** What tenants may hand out: exact scope names, or prefixes that end in `:*`, `.*` or `/*`. Null: all but the reserved ones. */
  readonly assignableScopes: readonly string[] | null;
  /** Schemes without a dot, such as `cursor`, that redirect URIs may have (RFC 8252, section 8.4: none unless known). */
  readonly redirectUriSchemes: readonly string[];
  /** How many live clients a project may have. */
  readonly maxClientsPerProject: number;
  /** Days after which audit events are deleted; null keeps them for ever. */
  readonly auditRetentionDays: number | null;
  /** Whom tenants may have tokens for: exact audiences, or prefixes that end in `:*`, `.*` or `/*`. */
  readonly assignableAudiences: readonly string[];
  /** Seconds: how long a tenant may let access tokens and ID tokens of its clients live. */
  readonly maxAccessTokenLifetime: number;
  /** Seconds. */
  readonly maxRefreshTokenLifetime: number;
  /** Browser origins that may call the API. */
  readonly corsOrigins: readonly string[];
  /** Request headers that those may send beside the usual ones. */
  readonly corsHeaders: readonly string[];
  /** Whether this process limits how often callers may ask. */
  readonly rateLimits: boolean;
  /** Whose word on the caller's address (`X-Forwarded-For`) counts. */
  readonly trustProxy: TrustProxy;
  readonly logLevel: LogLevel;
  /** Seconds from the stop signal on in which readiness fails and all else is served, before the listener closes. */
  readonly shutdownDelay: number;
  /** Where the embedded servers keep their state. */
  readonly dataDirectory: string;

  /** @throws ConfigurationError that names every variable with which something is wrong */
  constructor(env: NodeJS.ProcessEnv) {
    const read = new Environment(env);
    this.port = read.integer('PORT', { default: 3000, min: 0, max: 65_535 });
    this.host = read.text('HOST', '127.0.0.1');
    this.publicUrl = read.origin('PUBLIC_URL', `http://localhost:${this.port}`);
    this.databaseUrl = read.postgresUrl('DATABASE_URL');
    const server = read.oneOf('AUTHORIZATION_SERVER', ['embedded', 'hydra'], 'embedded');
    this.firstPartyClientIds = read.list('FIRST_PARTY_CLIENT_IDS');
    this.hydra = server === 'hydra' ? new HydraConfig(read, this.firstPartyClientIds) : null;
    this.audience = read.text('AUTH_AUDIENCE', 'oauth-client-registry');
    this.issuers = readIssuers(read);
    this.assignableScopes = read.scopePatterns('ASSIGNABLE_SCOPES');
    this.redirectUriSchemes = read.uriSchemes('REDIRECT_URI_SCHEMES');
    this.maxClientsPerProject = read.integer('MAX_CLIENTS_PER_PROJECT', {
      default: 1_000,
      min: 1,
      max: 1_000_000,
    });
    this.auditRetentionDays = read.optionalInteger('AUDIT_RETENTION_DAYS', { min: 1, max: 36_500 });
    this.assignableAudiences = readAssignableAudiences(read, [this.audience, this.publicUrl]);
    this.maxAccessTokenLifetime = readCeiling(read, 'MAX_ACCESS_TOKEN_LIFETIME', DAY);
    this.maxRefreshTokenLifetime = readCeiling(read, 'MAX_REFRESH_TOKEN_LIFETIME', 365 * DAY);
    this.corsOrigins = read.origins('CORS_ORIGINS');
    this.corsHeaders = read.headerNames('CORS_HEADERS');
    this.rateLimits = read.oneOf('RATE_LIMITS', ['on', 'off'], 'on') === 'on';
    this.trustProxy = readTrustProxy(read, 'TRUST_PROXY');
    this.shutdownDelay = read.integer('SHUTDOWN_DELAY', { default: 0, min: 0, max: 300 });
    this.logLevel = read.oneOf('LOG_LEVEL', LOG_LEVELS, 'info');
    this.dataDirectory = read.text('DATA_DIR', '.data');
    // A wrong name of a server may have meant either, so nothing is said of the embedded one then.
    if (this.hydra === null && !read.isNoted('AUTHORIZATION_SERVER')) {
      this.refuseIssuerOfItsOwn(read);
      this.refuseAccidentalDemo(read, env);
    }
    read.settle();
  }

  private refuseIssuerOfItsOwn(read: Environment): void {
    const own = this.issuers.find(({ issuer }) => issuer === embeddedIssuer(this));
    if (!own) return;
    const name = own.kind === 'hydra' ? 'HYDRA_ISSUER' : 'KRATOS_ISSUER';
    read.note(name, 'must not name the embedded authorization server, which is trusted anyway');
  }

  /** Demo people sign in without a password: the embedded server must not become reachable by accident. */
  private refuseAccidentalDemo(read: Environment, env: NodeJS.ProcessEnv): void {
    if (read.boolean('ALLOW_DEMO', false)) return;
    if (!isLoopbackAddress(this.host)) {
      read.note(
        'HOST',
        'must be a loopback address with the embedded authorization server (or set ALLOW_DEMO=true)',
      );
    }
    if (env['NODE_ENV'] === 'production') {
      read.note(
        'NODE_ENV',
        'is production, and the embedded authorization server is for demos (or set ALLOW_DEMO=true)',
      );
    }
  }
}

const DAY = 24 * 60 * 60;

/** @param own the audiences of this API: with an assignable audience that covers one, clients could get tokens for it */
function readAssignableAudiences(read: Environment, own: readonly string[]): readonly string[] {
  const patterns = read.list('ASSIGNABLE_AUDIENCES');
  if (!patterns.every(isAudiencePattern)) {
    read.note('ASSIGNABLE_AUDIENCES', 'must list audiences, or prefixes that end in :*, .* or /*');
  }
  if (patterns.some((pattern) => own.some((audience) => covers(pattern, audience)))) {
    read.note(
      'ASSIGNABLE_AUDIENCES',
      'must not hold what the audience of this API (AUTH_AUDIENCE, PUBLIC_URL) is, or begins with',
    );
  }
  return patterns;
}

const readCeiling = (read: Environment, name: string, seconds: number): number =>
  read.integer(name, { default: seconds, min: 60, max: 999_999_999 });
