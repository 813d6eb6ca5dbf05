import { Module } from '@nestjs/common';
import pg from 'pg';
import { Config } from '../config/config.js';
import { HydraConfig } from '../config/hydra-config.js';
import { HydraAdminApi } from './admin-api/hydra-admin-api.js';
import { RegistrationContext } from './admin-api/registration-context.js';
import { InternalSecrets } from './admin-api/internal-secrets.js';
import { LossSigns } from './admin-api/loss-signs.js';
import { TokenBucket } from './admin-api/token-bucket.js';
import { DriftReport } from './drift/drift-report.js';
import { ComparedClients } from './drift/compared-clients.js';
import { Messages } from './sync/messages.js';
import { SecretSeal } from './sync/secret-seal.js';

/** How to talk to Hydra, and how it compares with the registry. Nothing in here runs by itself, so that commands share it. */
@Module({
  providers: [
    { provide: HydraConfig, inject: [Config], useFactory: ({ hydra }: Config) => hydra },
    { provide: RegistrationContext, inject: [Config, pg.Pool], useFactory: RegistrationContext.read },
    {
      provide: InternalSecrets,
      inject: [HydraConfig, RegistrationContext],
      useFactory: (config: HydraConfig, { registryId }: RegistrationContext) =>
        new InternalSecrets(config, registryId),
    },
    {
      provide: TokenBucket,
      inject: [HydraConfig],
      useFactory: ({ writesPerMinute }: HydraConfig) => new TokenBucket(writesPerMinute),
    },
    {
      provide: SecretSeal,
      inject: [HydraConfig],
      useFactory: ({ secretsKeys }: HydraConfig) => new SecretSeal(secretsKeys),
    },
    Messages,
    LossSigns,
    HydraAdminApi,
    ComparedClients,
    DriftReport,
  ],
  exports: [
    SecretSeal,
    Messages,
    LossSigns,
    HydraConfig,
    RegistrationContext,
    InternalSecrets,
    TokenBucket,
    HydraAdminApi,
    ComparedClients,
    DriftReport,
  ],
})
export class ComparisonModule {}
