import { Module } from '@nestjs/common';
import { MetricsModule } from '../metrics/metrics.module.js';
import { AuthorizationServer } from '../authorization-server/authorization-server.js';
import { ComparisonModule } from './comparison.module.js';
import { BringToHydra } from './sync/bring-to-hydra.js';
import { DriftMetrics } from './drift/drift-metrics.js';
import { DriftPass } from './drift/drift-pass.js';
import { GateMoves } from './sync/gate-moves.js';
import { HooksModule } from './hooks/hooks.module.js';
import { HydraAuthorizationServer } from './hydra-authorization-server.js';
import { BrokenPromises } from './broken-promises.js';
import { LostSecrets } from './sync/lost-secrets.js';
import { LossWatch } from './drift/loss-watch.js';
import { PublicApiWatch } from './public-api-watch.js';
import { Reconciler } from './sync/reconciler.js';
import { SyncMetrics } from './sync/sync-metrics.js';
import { SyncStore } from './sync/sync-store.js';
import { TOKEN_GATE } from './token-gate/token-gate.providers.js';

/** An Ory Hydra that follows the registry. */
@Module({
  imports: [ComparisonModule, MetricsModule, HooksModule],
  providers: [
    BringToHydra,
    SyncStore,
    SyncMetrics,
    Reconciler,
    LostSecrets,
    BrokenPromises,
    PublicApiWatch,
    DriftMetrics,
    DriftPass,
    LossWatch,
    ...TOKEN_GATE,
    GateMoves,
    { provide: AuthorizationServer, useClass: HydraAuthorizationServer },
  ],
  exports: [AuthorizationServer],
})
export class HydraModule {}
