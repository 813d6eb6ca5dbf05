import { Module } from '@nestjs/common';
import pg from 'pg';
import { Config } from '../config/config.js';
import { HydraConfig } from '../config/hydra-config.js';
import { HydraAdminApi } from './admin-api/hydra-admin-api.js';
import { HydraTerms } from './admin-api/hydra-terms.js';
import { InternalSecrets } from './admin-api/internal-secrets.js';
import { LossSigns } from './admin-api/loss-signs.js';
import { Pace } from './admin-api/pace.js';
import { Survey } from './drift/survey.js';
import { SurveyedClients } from './drift/surveyed-clients.js';
import { Messages } from './sync/messages.js';
import { SecretSeal } from './sync/secret-seal.js';

/** How to talk to Hydra, and how it compares with the registry. Nothing in here runs by itself, so that commands share it. */
@Module({
  providers: [
    { provide: HydraConfig, inject: [Config], useFactory: ({ hydra }: Config) => hydra },
    { provide: HydraTerms, inject: [Config, pg.Pool], useFactory: HydraTerms.read },
    {
      provide: InternalSecrets,
      inject: [HydraConfig, HydraTerms],
      useFactory: (config: HydraConfig, { registryId }: HydraTerms) =>
        new InternalSecrets(config, registryId),
    },
    {
      provide: Pace,
      inject: [HydraConfig],
      useFactory: ({ writesPerMinute }: HydraConfig) => new Pace(writesPerMinute),
    },
    {
      provide: SecretSeal,
      inject: [HydraConfig],
      useFactory: ({ secretsKeys }: HydraConfig) => new SecretSeal(secretsKeys),
    },
    Messages,
    LossSigns,
    HydraAdminApi,
    SurveyedClients,
    Survey,
  ],
  exports: [
    SecretSeal,
    Messages,
    LossSigns,
    HydraConfig,
    HydraTerms,
    InternalSecrets,
    Pace,
    HydraAdminApi,
    SurveyedClients,
    Survey,
  ],
})
export class ComparisonModule {}
