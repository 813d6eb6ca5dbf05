import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { AssignableController } from './assignable.controller.js';
import { ClientsOfTenants } from './clients-of-tenants.js';
import { Erasure } from './writes/erasure.js';
import { NameFolding } from './writes/name-folding.js';
import { GuardedWrites } from './guarded-writes.js';
import { Answers } from './answers.js';
import { DryRun } from './dry-run.js';
import { IdempotencySweep } from '../idempotency/idempotency-sweep.js';
import { ReplaySeal } from '../idempotency/replay-seal.js';
import { Replays } from './replays.js';
import { Representations } from './representations.js';
import { OAuthClientSecretsController } from './oauth-client-secrets.controller.js';
import { OAuthClientSecretsService } from './oauth-client-secrets.service.js';
import { OAuthClientSecretsStore } from './oauth-client-secrets.store.js';
import { OAuthClientList } from './oauth-client-list.js';
import { OAuthClientStore } from './oauth-client.store.js';
import { OAuthClientsController } from './oauth-clients.controller.js';
import { OAuthClientsService } from './oauth-clients.service.js';
import { SecretExpiry } from './secret-expiry.js';

@Module({
  imports: [AccessModule],
  controllers: [OAuthClientsController, OAuthClientSecretsController, AssignableController],
  providers: [
    OAuthClientsService,
    OAuthClientSecretsService,
    OAuthClientStore,
    OAuthClientList,
    OAuthClientSecretsStore,
    GuardedWrites,
    Representations,
    Answers,
    DryRun,
    Replays,
    ReplaySeal,
    IdempotencySweep,
    SecretExpiry,
    ClientsOfTenants,
    Erasure,
    NameFolding,
  ],
  exports: [ClientsOfTenants],
})
export class OAuthClientsModule {}
