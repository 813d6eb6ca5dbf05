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

/**
 * What a route states it needs. Beside those on a project's clients: `memberships:read`, the caller's own organizations
 * and projects; `registry:admin`, provisioning by the platform.
 */
export type Permission = TenantPermission | 'memberships:read' | 'registry:admin';
