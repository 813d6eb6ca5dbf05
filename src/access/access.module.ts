import { Module } from '@nestjs/common';
import { AccessCheck } from './access-check.js';
import { FirstPartyClients } from './first-party-clients.js';
import { OwnTenants } from './own-tenants.js';
import { PlatformCheck } from './platform-check.js';

/** May they: who may act where. */
@Module({
  providers: [AccessCheck, PlatformCheck, FirstPartyClients, OwnTenants],
  exports: [AccessCheck, PlatformCheck, FirstPartyClients, OwnTenants],
})
export class AccessModule {}
