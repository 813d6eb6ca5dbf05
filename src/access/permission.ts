import type { Role } from '../tenants/role.js';

/** The scope of the platform's own machine. Reserved: no tenant's client can hold it. */
export const PLATFORM_SCOPE = 'registry:admin';

interface Requirement {
  /** What the token must carry, unless it is a Kratos session, which has no scopes. */
  readonly scope: string;
  /** The weakest role of a member that suffices. */
  readonly role: Role;
  /** Whether a machine may do it on its own project. */
  readonly machines: boolean;
}

/** What a route on a project's clients can ask for. */
export const TENANT_PERMISSIONS = {
  'oauth_clients:read': { scope: 'oauth_clients:read', role: 'viewer', machines: true },
  'oauth_clients:write': { scope: 'oauth_clients:write', role: 'developer', machines: true },
  'oauth_clients:delete': { scope: 'oauth_clients:write', role: 'admin', machines: false },
} as const satisfies Record<string, Requirement>;

export type TenantPermission = keyof typeof TENANT_PERMISSIONS;

interface OrganizationRequirement {
  readonly scope: string;
  /** The weakest role of a member that suffices. Machines have none; the platform needs none. */
  readonly role: Role;
  /** Whether the token may be one for a single project, as one that was issued to a client of it is. */
  readonly throughAnyClient: boolean;
}

/** What a route can ask for that reads something of an organization as a whole. */
export const ORGANIZATION_PERMISSIONS = {
  'members:read': { scope: 'oauth_clients:read', role: 'viewer', throughAnyClient: true },
  'organization_audit:read': { scope: 'oauth_clients:read', role: 'admin', throughAnyClient: false },
} as const satisfies Record<string, OrganizationRequirement>;

export type OrganizationPermission = keyof typeof ORGANIZATION_PERMISSIONS;

export const isOrganizationPermission = (permission: Permission): permission is OrganizationPermission =>
  permission in ORGANIZATION_PERMISSIONS;

/**
 * What a route states it needs. Beside those on a project's clients: `memberships:read`, the caller's own organizations
 * and projects, which for the platform are all; `registry:admin`, provisioning by the platform.
 */
export type Permission = TenantPermission | OrganizationPermission | 'memberships:read' | 'registry:admin';
