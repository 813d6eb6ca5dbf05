import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { ClientsOfTenants } from './clients-of-tenants.js';
import { Erasure } from './writes/erasure.js';
import { OAuthClientStore } from './oauth-client.store.js';
import { OAuthClientsController } from './oauth-clients.controller.js';
import { OAuthClientsService } from './oauth-clients.service.js';

@Module({
  imports: [AccessModule],
  controllers: [OAuthClientsController],
  providers: [OAuthClientsService, OAuthClientStore, ClientsOfTenants, Erasure],
  exports: [ClientsOfTenants],
})
export class OAuthClientsModule {}
