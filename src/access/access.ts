import type { Actor } from '../auth/actor.js';
import type { LoadedOAuthClient } from '../oauth-clients/model/oauth-client.entity.js';
import type { TenantPermission } from './permission.js';
import type { Role } from '../tenants/role.js';
import type { Tenant } from './tenant.js';

/** Who calls, and the id that ties log line, answer and audit event together. */
export interface Caller {
  readonly actor: Actor;
  readonly requestId: string;
}

/** What a caller wants to do, and where: the question of the access check. */
export interface AccessRequest extends Caller {
  readonly permission: TenantPermission;
  readonly organizationId: string;
  readonly projectId: string;
  /** The client in the path, if there is one. */
  readonly oauthClientId: string | null;
}

/** The answer, and with it all that a write has to read: who may do what, and the client as it is now. */
export interface Access {
  readonly request: AccessRequest;
  readonly tenant: Tenant;
  /** Null for a machine, which has no role. */
  readonly role: Role | null;
  readonly trustedClientsAllowed: boolean;
  /** Never null where the path names a client. */
  readonly client: LoadedOAuthClient | null;
}
