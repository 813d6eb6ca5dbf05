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
import type { Access, AuthorizedRequest } from './access.js';
import { TENANT_PERMISSIONS, type Permission } from './permission.js';

export const PERMISSION = 'permission';

/** What the route needs, for the guard and for the API description in one. */
export function Authorized(permission: Permission): MethodDecorator {
  const { scope, holders } = tokensFor(permission);
  return applyDecorators(
    SetMetadata(PERMISSION, permission) as CustomDecorator,
    ...holders.map((holder) => ApiOAuth2([scope], holder)),
    ApiBearerAuth('bearer'),
    ApiProblems('invalid_token', 'forbidden', 'insufficient_scope', 'not_found', 'service_unavailable'),
  );
}

/** Who gets a token that suffices: the names of the security schemes of the API description. */
type Holder = 'person' | 'machine';

interface Tokens {
  readonly scope: string;
  readonly holders: readonly Holder[];
}

function tokensFor(permission: Permission): Tokens {
  if (permission === 'registry:admin') return { scope: permission, holders: ['machine'] };
  if (permission === 'memberships:read') {
    return { scope: 'oauth_clients:read', holders: ['person', 'machine'] };
  }
  const { scope, machines } = TENANT_PERMISSIONS[permission];
  return { scope, holders: machines ? ['person', 'machine'] : ['person'] };
}

/** Who calls. */
export const CurrentCaller = createParamDecorator(
  (_: unknown, context: ExecutionContext): Caller =>
    context.switchToHttp().getRequest<AuthorizedRequest>().caller,
);

/** The access that the guard granted, on routes of a project's clients. */
export const Granted = createParamDecorator((_: unknown, context: ExecutionContext): Access => {
  const { access } = context.switchToHttp().getRequest<AuthorizedRequest>();
  if (!access) throw new Error('@Granted() is for routes that need a permission on a project');
  return access;
});
