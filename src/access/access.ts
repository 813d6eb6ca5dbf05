import type { FastifyRequest } from 'fastify';
import type { Actor } from '../auth/actor.js';
import type { Caller } from '../auth/caller.js';
import type { ObservedClient } from '../oauth-clients/model/live-secrets.js';
import type { Membership } from '../tenants/membership.js';
import type { TenantPermission } from './permission.js';
import type { Role } from '../tenants/role.js';
import type { Tenant } from '../tenants/tenant.js';

/** What a caller wants to do, and where: this is what the access check decides on. */
export interface AccessRequest extends Caller {
  readonly permission: TenantPermission;
  readonly organizationId: string;
  readonly projectId: string;
  /** The client in the path, if there is one. */
  readonly oauthClientId: string | null;
}

/**
 * What the access check has granted, with all that a write has to know before it begins: the caller's role, and the
 * client as it is now.
 */
export interface Access {
  readonly request: AccessRequest;
  readonly tenant: Tenant;
  /** Null for a machine, which has no role. */
  readonly role: Role | null;
  readonly trusted_clients_allowed: boolean;
  /** Never null where the path names a client. */
  readonly client: ObservedClient | null;
}

declare const checked: unique symbol;

/** An organization of which the caller may read what belongs to it as a whole. Only the organization check makes one. */
export interface OrganizationAccess {
  readonly [checked]: true;
  readonly organization: Membership;
  readonly isPlatform: boolean;
}

export type PathIds = Partial<Record<'org_id' | 'project_id' | 'oauth_client_id' | 'secret_id', string>>;

/** A request that has passed authentication and the access guard. */
export type AuthorizedRequest = FastifyRequest<{ Params: PathIds }> & {
  user: Actor;
  caller: Caller;
  access?: Access;
  organizationAccess?: OrganizationAccess;
};
