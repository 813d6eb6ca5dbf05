import { Module } from '@nestjs/common';
import pg from 'pg';
import { Config } from '../config/config.js';
import { HydraConfig } from '../config/hydra-config.js';
import { MetricsModule } from '../metrics/metrics.module.js';
import { AuthorizationServer } from '../authorization-server/authorization-server.js';
import { BringToHydra } from './sync/bring-to-hydra.js';
import { DriftMetrics } from './drift/drift-metrics.js';
import { DriftPass } from './drift/drift-pass.js';
import { Survey } from './drift/survey.js';
import { SurveyedClients } from './drift/surveyed-clients.js';
import { HooksModule } from './hooks/hooks.module.js';
import { HydraAdminApi } from './admin-api/hydra-admin-api.js';
import { HydraAuthorizationServer } from './hydra-authorization-server.js';
import { LostSecrets } from './sync/lost-secrets.js';
import { Pace } from './admin-api/pace.js';
import { Reconciler } from './sync/reconciler.js';
import { HydraTerms } from './admin-api/hydra-terms.js';
import { SecretSeal } from './sync/secret-seal.js';
import { SyncMetrics } from './sync/sync-metrics.js';
import { SyncStore } from './sync/sync-store.js';
import { UnenforcedPkce } from './unenforced-pkce.js';

/** An Ory Hydra that follows the registry. */
@Module({
  imports: [MetricsModule, HooksModule],
  providers: [
    { provide: HydraConfig, inject: [Config], useFactory: ({ hydra }: Config) => hydra },
    { provide: HydraTerms, inject: [Config, pg.Pool], useFactory: HydraTerms.read },
    {
      provide: SecretSeal,
      inject: [HydraConfig],
      useFactory: ({ secretsKey }: HydraConfig) => new SecretSeal(secretsKey),
    },
    {
      provide: Pace,
      inject: [HydraConfig],
      useFactory: ({ writesPerMinute }: HydraConfig) => new Pace(writesPerMinute),
    },
    HydraAdminApi,
    BringToHydra,
    SyncStore,
    SyncMetrics,
    Reconciler,
    LostSecrets,
    UnenforcedPkce,
    SurveyedClients,
    Survey,
    DriftMetrics,
    DriftPass,
    { provide: AuthorizationServer, useClass: HydraAuthorizationServer },
  ],
  exports: [AuthorizationServer],
})
export class HydraModule {}
