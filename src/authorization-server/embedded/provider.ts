import { createHash } from 'node:crypto';
import type { EventEmitter } from 'node:events';
import type { Logger } from '@nestjs/common';
import type { AdapterFactory, ClientMetadata, Configuration } from 'oidc-provider';
import { isObject } from '../../auth/strict-json.js';
import type { Config } from '../../config/config.js';
import { PLATFORM_SCOPE } from '../../organizations/permission.js';
import { MACHINE_TOKEN_SECONDS, resourceIndicators, tenantClaims } from './access-tokens.js';
import { ClientAdapter } from './client-adapter.js';
import { teachClients } from './client-behaviour.js';
import { REGISTRATION, toClientMetadata } from './client-registration.js';
import { PLATFORM_CLIENT_ID } from './demo.js';
import { embeddedIssuer } from './embedded-issuer.js';
import { Provider } from './oidc-provider.js';
import type { FindClient } from './registered-clients.js';
import type { ServerState } from './server-state.js';

/** oidc-provider, set up for what this server serves: discovery, keys and the client credentials grant. */
export function createProvider(
  config: Config,
  state: ServerState,
  findClient: FindClient,
  logger: Logger,
): Provider {
  const provider = new Provider(embeddedIssuer(config), configuration(config, state, findClient));
  provider.proxy = config.publicUrl.startsWith('https:');
  teachClients(provider);
  // Without this, links are made of the Host header, which the caller chooses.
  provider.OIDCContext.prototype.urlFor = (name, options) => provider.urlFor(name, options);
  provider.use(finishAnswer);
  report(provider, logger);
  return provider;
}

function configuration(config: Config, state: ServerState, findClient: FindClient): Configuration {
  return {
    adapter: adapterFactory(findClient),
    clients: [platformClient(state)],
    extraClientMetadata: { properties: [REGISTRATION] },
    jwks: { keys: [state.signingKey] },
    cookies: { keys: [state.cookieKey] },
    scopes: ['openid'],
    responseTypes: [],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    ttl: { ClientCredentials: MACHINE_TOKEN_SECONDS },
    extraTokenClaims: tenantClaims,
    // Koa's `ctx.origin` is the Origin header itself. Browsers send it within one origin too, on every POST.
    clientBasedCORS: (ctx, origin) =>
      [`${ctx.protocol}://${ctx.host}`, config.publicUrl, ...config.corsOrigins].includes(origin),
    renderError: (ctx, out) => {
      ctx.body = out;
    },
    features: {
      clientCredentials: { enabled: true },
      resourceIndicators: resourceIndicators(config),
      devInteractions: { enabled: false },
      dPoP: { enabled: false },
      pushedAuthorizationRequests: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      userinfo: { enabled: false },
    },
  };
}

const finishAnswer: Parameters<Provider['use']>[0] = async (ctx, next) => {
  await next();
  if (ctx.status === 503) ctx.set('retry-after', '5');
  // RFC 8414, section 2: left out while no grant that uses it is served.
  if (isObject(ctx.body)) Reflect.deleteProperty(ctx.body, 'authorization_endpoint');
};

/** Access tokens are JWTs, so nothing but clients is looked up and nothing is stored. */
const adapterFactory =
  (findClient: FindClient): AdapterFactory =>
  (model) => {
    if (model !== 'Client') throw new Error(`${model} is not served, so it has no storage`);
    return new ClientAdapter(findClient);
  };

const platformClient = ({ platformSecret }: ServerState): ClientMetadata =>
  toClientMetadata({
    clientId: PLATFORM_CLIENT_ID,
    name: 'Platform',
    organizationId: null,
    projectId: null,
    grantTypes: ['client_credentials'],
    scopes: [PLATFORM_SCOPE],
    enabled: true,
    tokenEndpointAuthMethod: 'client_secret_basic',
    secretHashes: [createHash('sha256').update(platformSecret).digest('base64')],
  });

/** Parameters are never logged: they may hold a secret, or a forged line. */
function report(provider: Provider, logger: Logger): void {
  provider.on('grant.error', ({ oidc }, { error, error_detail: detail }) => {
    const client = oidc.client ? ` for client ${oidc.client.clientId}` : '';
    logger.warn(`Token request refused${client}: ${error}${detail ? ` (${detail})` : ''}`);
  });
  provider.on('server_error', (_ctx, error) => logger.error(error.message, error.stack));
  const koa: EventEmitter = provider;
  koa.on('error', (error: Error) => logger.error(error.message, error.stack));
}
