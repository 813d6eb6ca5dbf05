import { Module } from '@nestjs/common';
import { AccessCheck } from './access-check.js';
import { FirstPartyClients } from './first-party-clients.js';
import { OrganizationCheck } from './organization-check.js';
import { OwnTenants } from './own-tenants.js';
import { Platform } from './platform.js';
import { PlatformCheck } from './platform-check.js';
import { TokenScopes } from './token-scopes.js';

const PROVIDERS = [
  AccessCheck,
  OrganizationCheck,
  PlatformCheck,
  Platform,
  FirstPartyClients,
  OwnTenants,
  TokenScopes,
];

/** Authorization: which actor may do what, and in which tenant. */
@Module({
  providers: PROVIDERS,
  exports: PROVIDERS,
})
export class AccessModule {}
