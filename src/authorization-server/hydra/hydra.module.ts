import { Module } from '@nestjs/common';
import pg from 'pg';
import { Config } from '../../config/config.js';
import type { HydraConfig } from '../../config/hydra-config.js';
import { MetricsModule } from '../../metrics/metrics.module.js';
import { AuthorizationServer } from '../authorization-server.js';
import { BringToHydra } from './bring-to-hydra.js';
import { HydraAdminApi } from './hydra-admin-api.js';
import { HydraAuthorizationServer } from './hydra-authorization-server.js';
import { Pace } from './pace.js';
import { Reconciler } from './reconciler.js';
import { readRegistryId } from './registry-identity.js';
import { SecretSeal } from './secret-seal.js';
import { SyncMetrics } from './sync-metrics.js';
import { SyncStore } from './sync-store.js';

/** An Ory Hydra that follows the registry. */
@Module({
  imports: [MetricsModule],
  providers: [
    {
      provide: SecretSeal,
      inject: [Config],
      useFactory: (config: Config) => new SecretSeal(hydraOf(config).secretsKey),
    },
    {
      provide: Pace,
      inject: [Config],
      useFactory: (config: Config) => new Pace(hydraOf(config).writesPerMinute),
    },
    {
      provide: HydraAdminApi,
      inject: [Config, Pace],
      useFactory: (config: Config, pace: Pace) => new HydraAdminApi(hydraOf(config), pace),
    },
    {
      provide: BringToHydra,
      inject: [HydraAdminApi, SecretSeal, Config, pg.Pool],
      useFactory: async (api: HydraAdminApi, seal: SecretSeal, { audience }: Config, pool: pg.Pool) =>
        new BringToHydra(api, seal, { registryId: await readRegistryId(pool), audience }),
    },
    SyncStore,
    SyncMetrics,
    Reconciler,
    { provide: AuthorizationServer, useClass: HydraAuthorizationServer },
  ],
  exports: [AuthorizationServer],
})
export class HydraModule {}

function hydraOf({ hydra }: Config): HydraConfig {
  if (hydra === null) throw new Error('this registry is not configured for Hydra');
  return hydra;
}
