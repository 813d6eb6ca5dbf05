import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE } from '@nestjs/core';
import { AuthModule } from '../auth/auth.module.js';
import { JwtAuthGuard } from '../auth/jwt-auth.guard.js';
import { AuthorizationServerModule } from './authorization-server.module.js';
import { ConfigModule } from '../config/config.module.js';
import type { Config } from '../config/config.js';
import { DatabaseModule } from '../database/database.module.js';
import { HealthController } from '../health/health.controller.js';
import { ReadableBodyGuard } from '../http/unreadable-body.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { OAuthClientsModule } from '../oauth-clients/oauth-clients.module.js';
import { AccessGuard } from '../access/access.guard.js';
import { AccessModule } from '../access/access.module.js';
import { ProblemDetailsFilter } from '../http/problem-details.filter.js';
import { OrganizationsModule } from '../organizations/organizations.module.js';
import { ActorLimitGuard } from '../rate-limit/actor-limit.guard.js';
import { FailedAuthenticationGuard } from '../rate-limit/failed-authentication.guard.js';
import { RateLimits } from '../rate-limit/rate-limits.js';
import { SCHEMA } from './schema.js';
import { ShapePipe } from '../validation/shape.pipe.js';

/** Every request: not too often, who (JwtAuthGuard), may they (AccessGuard), is it well formed (ShapePipe), then the service and its rules. */
@Module({
  imports: [
    DatabaseModule.with(SCHEMA),
    AuthModule,
    AccessModule,
    OAuthClientsModule,
    OrganizationsModule,
    MetricsModule,
  ],
  controllers: [HealthController],
  providers: [
    { provide: APP_GUARD, useClass: FailedAuthenticationGuard },
    { provide: APP_GUARD, useExisting: JwtAuthGuard },
    { provide: APP_GUARD, useClass: ActorLimitGuard },
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_GUARD, useClass: ReadableBodyGuard },
    { provide: APP_PIPE, useClass: ShapePipe },
    { provide: APP_FILTER, useClass: ProblemDetailsFilter },
  ],
})
export class AppModule {
  static with(config: Config, rateLimits = new RateLimits(null)): DynamicModule {
    return {
      module: AppModule,
      imports: [ConfigModule.with(config), AuthorizationServerModule.for(config)],
      providers: [{ provide: RateLimits, useValue: rateLimits }],
    };
  }
}
