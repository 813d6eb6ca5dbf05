import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AuthorizationServer } from '../authorization-server/authorization-server.js';
import type { Config } from '../config/config.js';
import { createFastifyAdapter, type Timeouts } from '../http/fastify-adapter.js';
import { mountAt, mountMetadata } from '../http/mount-at.js';
import { securityHeaders } from '../http/security-headers.js';
import { Shutdown } from '../http/shutdown.js';
import { createLogger } from '../logging/logger.js';
import { NestLogger } from '../logging/nest-logger.js';
import { Metrics } from '../metrics/metrics.js';
import { RATE_LIMITS, type Limits } from '../rate-limit/limit-values.js';
import { RateLimits } from '../rate-limit/rate-limits.js';
import { AppModule } from './app.module.js';
import { serveOpenApi } from './openapi-document.js';
import { allowOrigins } from './cross-origin.js';
import { addHooks, type Made } from './request-order.js';
import { startupBanner } from './startup-banner.js';

export interface App {
  readonly nest: NestFastifyApplication;
  /** For a person's terminal, never for a log: it may hold tokens and secrets. */
  banner(): Promise<string>;
  /**
   * Takes nothing new, finishes what is in flight, then closes the database.
   *
   * @param delay seconds in which readiness fails before that, and all else is served (0)
   */
  stop(delay?: number): Promise<void>;
}

/**
 * Limits and timeouts for tests, which cannot wait as long or ask as often as the real ones demand. Nobody else gives
 * any.
 */
export interface AppOptions {
  readonly limits?: Limits;
  readonly timeouts?: Timeouts;
}

/** Makes the whole service, which does not listen yet. `main` and the tests use the same. */
export async function createApp(
  config: Config,
  { limits = RATE_LIMITS, timeouts }: AppOptions = {},
): Promise<App> {
  const logger = createLogger(config);
  const headers = securityHeaders(config);
  const rateLimits = new RateLimits(config.rateLimits ? limits : null);
  const shutdown = new Shutdown();
  const adapter = createFastifyAdapter(logger, {
    headers,
    shutdown,
    trustProxy: config.trustProxy,
    timeouts,
  });
  let made: Made;
  addHooks(adapter.getInstance(), { config, headers, rateLimits, shutdown, made: () => made });

  const nest = await NestFactory.create<NestFastifyApplication>(
    AppModule.with(config, rateLimits, shutdown),
    adapter,
    {
      logger: new NestLogger(logger),
      bodyParser: false,
      abortOnError: false,
    },
  );
  const authorizationServer = nest.get(AuthorizationServer);
  made = { authorizationServer, metrics: nest.get(Metrics) };
  allowOrigins(nest, config, authorizationServer);
  mountEndpoints(nest, authorizationServer);
  serveOpenApi(nest, config, authorizationServer);
  return {
    nest,
    banner: async () => startupBanner(config, await authorizationServer.introduce()),
    stop: async (delay = 0) => {
      await shutdown.begin(delay);
      await nest.close();
    },
  };
}

function mountEndpoints(nest: NestFastifyApplication, { endpoints }: AuthorizationServer): void {
  if (!endpoints) return;
  mountAt(endpoints.path, nest, endpoints.middleware);
  mountMetadata(endpoints.path, nest, endpoints.middleware);
}
