import {
  applyDecorators,
  createParamDecorator,
  SetMetadata,
  type CustomDecorator,
  type ExecutionContext,
} from '@nestjs/common';
import { ApiBearerAuth, ApiOAuth2 } from '@nestjs/swagger';
import { ApiProblems } from '../problem-details/api-problems.decorator.js';
import type { Caller } from '../auth/caller.js';
import type { Access, AuthorizedRequest, OrganizationAccess } from './access.js';
import {
  isOrganizationPermission,
  ORGANIZATION_PERMISSIONS,
  PLATFORM_SCOPE,
  TENANT_PERMISSIONS,
  type Permission,
} from './permission.js';

export const PERMISSION = 'permission';

/** States the permission that a route needs, for the access guard and for the API description at once. */
export function Authorized(permission: Permission): MethodDecorator {
  return applyDecorators(
    SetMetadata(PERMISSION, permission) as CustomDecorator,
    ...tokensFor(permission).map(({ scope, holder }) => ApiOAuth2([scope], holder)),
    ApiBearerAuth('bearer'),
    ApiProblems('invalid_token', 'forbidden', 'insufficient_scope', 'not_found', 'service_unavailable'),
  );
}

/** Who can get a token that is enough. These are the names of the security schemes of the API description, too. */
type Holder = 'person' | 'machine';

/** A token that is enough for a route: its scope, and who holds it. */
interface Token {
  readonly scope: string;
  readonly holder: Holder;
}

const PLATFORMS: Token = { scope: PLATFORM_SCOPE, holder: 'machine' };

function tokensFor(permission: Permission): readonly Token[] {
  if (permission === 'registry:admin') return [PLATFORMS];
  if (permission === 'memberships:read') return [...tokensWith('oauth_clients:read', true), PLATFORMS];
  if (isOrganizationPermission(permission)) {
    return [...tokensWith(ORGANIZATION_PERMISSIONS[permission].scope, false), PLATFORMS];
  }
  const { scope, machines } = TENANT_PERMISSIONS[permission];
  return tokensWith(scope, machines);
}

const tokensWith = (scope: string, machines: boolean): Token[] => [
  { scope, holder: 'person' },
  ...(machines ? [{ scope, holder: 'machine' } as const] : []),
];

/** Parameter of a handler: the caller. */
export const CurrentCaller = createParamDecorator(
  (_: unknown, context: ExecutionContext): Caller =>
    context.switchToHttp().getRequest<AuthorizedRequest>().caller,
);

/**
 * Parameter of a handler: the access that the guard granted, on routes of a project's clients. Throws on any other route.
 */
export const Granted = createParamDecorator((_: unknown, context: ExecutionContext): Access => {
  const { access } = context.switchToHttp().getRequest<AuthorizedRequest>();
  if (!access) throw new Error('@Granted() is for routes that need a permission on a project');
  return access;
});

/**
 * Parameter of a handler: the access that the guard granted, on routes of what belongs to an organization as a whole.
 * Throws on any other route.
 */
export const GrantedOrganization = createParamDecorator(
  (_: unknown, context: ExecutionContext): OrganizationAccess => {
    const { organizationAccess } = context.switchToHttp().getRequest<AuthorizedRequest>();
    if (!organizationAccess) throw new Error('@GrantedOrganization() is for routes of an organization');
    return organizationAccess;
  },
);
