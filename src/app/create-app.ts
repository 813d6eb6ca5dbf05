import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { SwaggerModule } from '@nestjs/swagger';
import { AppModule } from './app.module.js';
import { SWAGGER_UI_CLIENT_ID } from '../embedded-server/demo/demo.js';
import { swaggerUiRedirectUri } from '../embedded-server/demo/own-clients.js';
import { REGISTRY_SCOPES } from '../oauth-clients/model/scope.js';
import { presentsHookSecret } from '../hydra/hooks/presents-hook-secret.js';
import { AuthorizationServer } from '../authorization-server/authorization-server.js';
import { MOUNT_PATH } from '../config/embedded-issuer.js';
import type { Config } from '../config/config.js';
import { refuseOtherMethods } from '../http/allowed-methods.js';
import { createFastifyAdapter, type Timeouts } from '../http/fastify-adapter.js';
import { useStrictJsonBodies } from '../http/json-body.js';
import { mountAt } from '../http/mount-at.js';
import { refuseAmbiguousRequests } from '../http/request-checks.js';
import { securityHeaders, sendStandardHeaders } from '../http/security-headers.js';
import { Shutdown } from '../http/shutdown.js';
import { createLogger } from '../logging/logger.js';
import { NestLogger } from '../logging/nest-logger.js';
import { logRequests } from '../logging/request-log.js';
import { measureRequests } from '../metrics/measure-requests.js';
import { Metrics } from '../metrics/metrics.js';
import { createOpenApiDocument } from './openapi-document.js';
import { limitAddresses } from '../rate-limit/limit-addresses.js';
import { LIMITS, type Limits } from '../rate-limit/limits.js';
import { RateLimits } from '../rate-limit/rate-limits.js';

export interface App {
  readonly nest: NestFastifyApplication;
  /** Takes nothing new, finishes what is in flight, then closes the database. */
  stop(): Promise<void>;
}

/** What a test cannot wait for, or would have to do a thousand times. Nobody else says any of it. */
export interface AppOptions {
  readonly limits?: Limits;
  readonly timeouts?: Timeouts;
}

/** The whole service but for the port: the same for `main` and for the tests. */
export async function createApp(
  config: Config,
  { limits = LIMITS, timeouts }: AppOptions = {},
): Promise<App> {
  const logger = createLogger(config);
  const shutdown = new Shutdown();
  const headers = securityHeaders(config);
  const adapter = createFastifyAdapter(logger, { headers, trustProxy: config.trustProxy, timeouts });
  const fastify = adapter.getInstance();
  // Before Nest adds its middleware, so that all of this holds for the authorization server's endpoints too.
  sendStandardHeaders(fastify, headers);
  logRequests(fastify);
  const rateLimits = new RateLimits(config.rateLimits ? limits : null);
  limitAddresses(fastify, rateLimits, presentsHookSecret(config));
  refuseAmbiguousRequests(fastify);
  shutdown.guard(fastify);
  refuseOtherMethods(fastify);
  useStrictJsonBodies(fastify);

  const nest = await NestFactory.create<NestFastifyApplication>(AppModule.with(config, rateLimits), adapter, {
    logger: new NestLogger(logger),
    bodyParser: false,
    abortOnError: false,
  });
  measureRequests(fastify, nest.get(Metrics));
  configureApp(nest, config);
  return {
    nest,
    stop: async () => {
      shutdown.begin();
      await nest.close();
    },
  };
}

function configureApp(nest: NestFastifyApplication, config: Config): void {
  if (config.corsOrigins.length > 0) {
    nest.enableCors({
      origin: [...config.corsOrigins],
      methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'],
      allowedHeaders: ['Authorization', 'Content-Type', 'If-Match', 'X-Request-Id'],
      exposedHeaders: ['ETag', 'Location', 'Retry-After', 'WWW-Authenticate', 'X-Request-Id'],
      maxAge: 600,
    });
  }
  const { middleware } = nest.get(AuthorizationServer);
  if (middleware) mountAt(MOUNT_PATH, nest, middleware);
  SwaggerModule.setup('docs', nest, () => createOpenApiDocument(nest, config), {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'OAuth Client Registry',
    swaggerOptions: {
      ...(config.hydra === null && signInWith(config)),
      persistAuthorization: true,
    },
  });
}

/** The embedded server knows Swagger UI; to another one it would have to be registered, and people bring their token. */
const signInWith = (config: Config): object => ({
  oauth2RedirectUrl: swaggerUiRedirectUri(config),
  initOAuth: {
    clientId: SWAGGER_UI_CLIENT_ID,
    scopes: [...REGISTRY_SCOPES],
    usePkceWithAuthorizationCodeGrant: true,
    // Asks who signs in each time, so that one can change from the demo admin to the viewer.
    additionalQueryStringParams: { prompt: 'login' },
  },
});
