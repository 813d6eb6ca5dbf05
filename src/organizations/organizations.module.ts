import { Module } from '@nestjs/common';
import { OAuthClientsModule } from '../oauth-clients/oauth-clients.module.js';
import { ProvisioningController } from './provisioning.controller.js';
import { ProvisioningService } from './provisioning.service.js';

@Module({
  imports: [OAuthClientsModule],
  controllers: [ProvisioningController],
  providers: [ProvisioningService],
})
export class ProvisioningModule {}
