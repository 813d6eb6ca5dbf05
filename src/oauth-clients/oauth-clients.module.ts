import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { AssignableController } from './assignable.controller.js';
import { ClientsOfTenants } from './clients-of-tenants.js';
import { Erasure } from './writes/erasure.js';
import { NameFolding } from './writes/name-folding.js';
import { GuardedWrites } from './guarded-writes.js';
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
    SecretExpiry,
    ClientsOfTenants,
    Erasure,
    NameFolding,
  ],
  exports: [ClientsOfTenants],
})
export class OAuthClientsModule {}
