import { Module } from '@nestjs/common';
import { AccessCheck } from './access-check.js';
import { FirstPartyClients } from './first-party-clients.js';
import { MembershipsController } from '../organizations/memberships.controller.js';
import { MembershipsService } from './own-tenants.js';
import { PlatformCheck } from './platform-check.js';

/** Organizations, projects, members: who may act where. */
@Module({
  controllers: [MembershipsController],
  providers: [AccessCheck, PlatformCheck, FirstPartyClients, MembershipsService],
  exports: [AccessCheck, PlatformCheck, FirstPartyClients],
})
export class OrganizationsModule {}
