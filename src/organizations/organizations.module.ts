import { Module } from '@nestjs/common';
import { AccessModule } from '../access/access.module.js';
import { OAuthClientsModule } from '../oauth-clients/oauth-clients.module.js';
import { MembersController } from './members.controller.js';
import { MembersReader } from './members.reader.js';
import { MembershipsController } from './memberships.controller.js';
import { ProvisioningController } from './provisioning.controller.js';
import { ProvisioningService } from './provisioning.service.js';

/** The API of tenants: their provisioning by the platform, and what callers see of their own. */
@Module({
  imports: [AccessModule, OAuthClientsModule],
  controllers: [MembershipsController, MembersController, ProvisioningController],
  providers: [ProvisioningService, MembersReader],
})
export class OrganizationsModule {}
