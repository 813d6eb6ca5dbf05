import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { Erasure } from './writes/erasure.js';
import { OAuthClientDeletion } from './oauth-client-deletion.js';
import { OAuthClientStore } from './oauth-client.store.js';
import { OAuthClientsController } from './oauth-clients.controller.js';
import { OAuthClientsService } from './oauth-clients.service.js';

@Module({
  imports: [AccessModule],
  controllers: [OAuthClientsController],
  providers: [OAuthClientsService, OAuthClientStore, OAuthClientDeletion, Erasure],
  exports: [OAuthClientDeletion],
})
export class OAuthClientsModule {}
