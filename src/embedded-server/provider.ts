import type { EventEmitter } from 'node:events';
import type { Logger } from '@nestjs/common';
import type { Adapter, AdapterFactory, Client, Configuration } from 'oidc-provider';
import type { Config } from '../config/config.js';
import { AccessTokenAdapter } from './access-token-adapter.js';
import { ACCESS_TOKEN_SECONDS, resourceIndicators, tokenClaims } from './access-tokens.js';
import { ClientAdapter } from './client-adapter.js';
import { REGISTRATION, registrationOf } from './client-registration.js';
import { hideFromOtherOrigins, mayReadAnswersTo } from './cross-origin.js';
import { embeddedIssuer } from '../config/embedded-issuer.js';
import { finishAnswer } from './finish-answer.js';
import { loadExistingGrant, questions } from './grants.js';
import { interactionPages, interactionPath } from './interactions.js';
import { Provider } from './oidc-provider.js';
import { GRANT_TYPES, responseTypesOf } from '../oauth-clients/model/oauth-client.vocabulary.js';
import { ownClients } from './demo/own-clients.js';
import { renderError } from './pages/error-page.js';
import { renderLogout, renderLoggedOut } from './pages/logout-pages.js';
import { CLAIMS, findAccount } from './demo/people.js';
import { boundParameters } from './parameter-bounds.js';
import { translatePlainChallenge } from './plain-challenge.js';
import { changeProvider } from './provider-changes.js';
import type { FindClient, SecretNotes } from './registered-clients.js';
import type { RateLimits } from '../rate-limit/rate-limits.js';
import type { ServerState } from './server-state.js';
import { answerSignedOut } from './signed-out.js';

const DAY = 24 * 60 * 60;

/** What the provider is made from. */
export interface ProviderParts {
  readonly config: Config;
  readonly state: ServerState;
  readonly findClient: FindClient;
  readonly notes: SecretNotes;
  /** Keeps what is remembered between requests, each kind of it by its name. */
  readonly artifacts: (model: string) => Adapter;
  readonly limits: RateLimits;
  readonly logger: Logger;
}

/** oidc-provider, set up to serve the registered clients as the registry describes them. */
export function createProvider(parts: ProviderParts): Provider {
  const { config, state, logger } = parts;
  const provider = new Provider(embeddedIssuer(config), configuration(parts));
  followPublicUrl(provider, config);
  changeProvider(provider, parts.notes);
  provider.use(hideFromOtherOrigins(config));
  provider.use(finishAnswer(logger, parts.limits));
  provider.use(boundParameters);
  provider.use(interactionPages(provider, state.cookieKey));
  provider.use(answerSignedOut(provider));
  provider.use(translatePlainChallenge(provider));
  report(provider, logger);
  return provider;
}

/** Cookies are `Secure` where `PUBLIC_URL` is https, whatever a caller (`X-Forwarded-Proto`) says of itself. */
function followPublicUrl(provider: Provider, { publicUrl }: Config): void {
  const protocol = new URL(publicUrl).protocol.slice(0, -1);
  Object.defineProperty(provider.request, 'protocol', { get: () => protocol });
}

function configuration(parts: ProviderParts): Configuration {
  const { config, state } = parts;
  return {
    adapter: adapterFactory(parts),
    clients: ownClients(config, state),
    extraClientMetadata: { properties: [REGISTRATION] },
    jwks: { keys: [state.signingKey] },
    cookies: { keys: [state.cookieKey] },
    scopes: ['openid', 'offline_access'],
    claims: CLAIMS,
    findAccount,
    responseTypes: responseTypesOf(GRANT_TYPES),
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    // OpenID Connect Core, section 3.1.2.1: required, so that every answer goes where the request says.
    allowOmittingSingleRegisteredRedirectUri: false,
    pkce: { required: (_ctx, client) => registrationOf(client).pkce_required },
    interactions: { policy: questions(), url: (_ctx, { uid }) => interactionPath(config, uid) },
    loadExistingGrant,
    ...lifetimes(config),
    extraTokenClaims: tokenClaims,
    clientBasedCORS: (_ctx, origin, client) => mayReadAnswersTo(client, config, origin),
    renderError,
    features: {
      clientCredentials: { enabled: true },
      resourceIndicators: resourceIndicators(config),
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: renderLogout,
        postLogoutSuccessSource: renderLoggedOut,
      },
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
    },
  };
}

/**
 * How long everything lives, in seconds. A client that is registered for refresh tokens gets one with every code: its
 * owner has said so, and needs no `offline_access` besides. It works until it has not been used for 30 days, and signing
 * out here ends the session in this browser, not the access of clients, as with Hydra. The lifetimes that a client's
 * owner sets come before these.
 */
const lifetimes = ({ maxRefreshTokenLifetime }: Config): Lifetimes => ({
  ttl: {
    AccessToken: accessTokenLifetime,
    AuthorizationCode: 60,
    ClientCredentials: accessTokenLifetime,
    IdToken: (_ctx, _token, client) => registrationOf(client).id_token_lifetime ?? ACCESS_TOKEN_SECONDS,
    Interaction: 60 * 60,
    Session: 14 * DAY,
    RefreshToken: (_ctx, _token, client) => registrationOf(client).refresh_token_lifetime ?? 30 * DAY,
    // A token ends with the grant that it rests on.
    Grant: Math.max(365 * DAY, maxRefreshTokenLifetime),
  },
  issueRefreshToken: (_ctx, client, code) =>
    code.kind === 'AuthorizationCode' && client.grantTypeAllowed('refresh_token'),
  // RFC 9700, section 4.14.2: the second use of a rotated one ends the grant.
  rotateRefreshToken: true,
  expiresWithSession: () => false,
});

const accessTokenLifetime = (_ctx: unknown, _token: unknown, client: Client): number =>
  registrationOf(client).access_token_lifetime ?? ACCESS_TOKEN_SECONDS;

type Lifetimes = Pick<
  Configuration,
  'ttl' | 'issueRefreshToken' | 'rotateRefreshToken' | 'expiresWithSession'
>;

function adapterFactory({ config, state, findClient, artifacts }: ProviderParts): AdapterFactory {
  return (model) => {
    if (model === 'Client') return new ClientAdapter(findClient);
    return model === 'AccessToken' ? new AccessTokenAdapter(config, state) : artifacts(model);
  };
}

/** Parameters are never logged: they may hold a secret, or a forged line. */
function report(provider: Provider, logger: Logger): void {
  const refused = (what: string) => (ctx: RefusedContext, error: Refusal) => {
    const client = ctx.oidc.client ? ` for client ${ctx.oidc.client.clientId}` : '';
    const detail = error.error_detail ? ` (${error.error_detail})` : '';
    logger.warn(`${what} request refused${client}: ${error.error}${detail}`);
  };
  provider.on('grant.error', refused('Token'));
  provider.on('authorization.error', refused('Authorization'));
  provider.on('server_error', (_ctx, error) => logger.error(error.message, error.stack));
  const koa: EventEmitter = provider;
  koa.on('error', (error: Error) => logger.error(error.message, error.stack));
}

type RefusedContext = { readonly oidc: { readonly client?: { readonly clientId: string } | undefined } };
type Refusal = { readonly error: string; readonly error_detail?: string | undefined };
