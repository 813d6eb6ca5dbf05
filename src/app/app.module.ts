import { Module, type DynamicModule } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AuditRetention } from '../audit/audit-retention.js';
import { AuthModule } from '../auth/auth.module.js';
import { AuthorizationServerModule } from './authorization-server.module.js';
import { ConfigModule } from '../config/config.module.js';
import type { Config } from '../config/config.js';
import { DatabaseModule } from '../database/database.module.js';
import { HealthController } from '../health/health.controller.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { AuditReadingModule } from '../audit/reading/audit-reading.module.js';
import { OAuthClientsModule } from '../oauth-clients/oauth-clients.module.js';
import { AccessModule } from '../access/access.module.js';
import { ProblemDetailsFilter } from '../http/problem-details.filter.js';
import { Shutdown } from '../http/shutdown.js';
import { OrganizationsModule } from '../organizations/organizations.module.js';
import { RateLimitModule } from '../rate-limit/rate-limit.module.js';
import { RateLimits } from '../rate-limit/rate-limits.js';
import { GUARDS_AND_PIPE } from './request-order.js';
import { SCHEMA } from './schema.js';

/** The whole service. What a request to it passes is in `request-order.ts`. */
@Module({
  imports: [
    DatabaseModule.with(SCHEMA),
    AuthModule,
    AccessModule,
    OAuthClientsModule,
    AuditReadingModule,
    OrganizationsModule,
    MetricsModule,
  ],
  controllers: [HealthController],
  providers: [...GUARDS_AND_PIPE, AuditRetention, { provide: APP_FILTER, useClass: ProblemDetailsFilter }],
})
export class AppModule {
  static with(config: Config, rateLimits = new RateLimits(null), shutdown = new Shutdown()): DynamicModule {
    return {
      module: AppModule,
      imports: [
        ConfigModule.with(config),
        RateLimitModule.with(rateLimits),
        AuthorizationServerModule.for(config),
      ],
      providers: [{ provide: Shutdown, useValue: shutdown }],
    };
  }
}
