import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { IS_PUBLIC } from '../auth/public.decorator.js';
import { Problem } from '../problem-details/problem.js';
import { isUuid } from '../lib/uuid.js';
import { AccessCheck } from './access-check.js';
import type { AuthorizedRequest, PathIds } from './access.js';
import { PERMISSION } from './authorized.decorator.js';
import type { Permission } from './permission.js';
import { RateLimits } from '../rate-limit/rate-limits.js';
import { PlatformCheck } from './platform-check.js';

/** The second guard: may they? Default deny: a route that states no permission answers 403. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly accessCheck: AccessCheck,
    private readonly platformCheck: PlatformCheck,
    private readonly limits: RateLimits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean>(IS_PUBLIC, targets)) return true;
    const permission = this.reflector.getAllAndOverride<Permission | undefined>(PERMISSION, targets);
    if (!permission) throw new Problem('forbidden', 'This route states no permission, so nobody may use it.');

    const request = context.switchToHttp().getRequest<AuthorizedRequest>();
    refuseMalformedIds(request.params);
    request.caller = { actor: request.user, requestId: request.id };
    await this.authorize(permission, request);
    return true;
  }

  private async authorize(permission: Permission, request: AuthorizedRequest): Promise<void> {
    const { org_id: organizationId = '', project_id: projectId = '', oauth_client_id } = request.params;
    switch (permission) {
      case 'memberships:read':
        return;
      case 'registry:admin':
        return this.platformCheck.check(request.caller.actor, organizationId);
      default: {
        const oauthClientId = oauth_client_id ?? null;
        const question = { ...request.caller, permission, organizationId, projectId, oauthClientId };
        request.access = await this.accessCheck.check(question);
        if (permission !== 'oauth_clients:read') await this.limits.admitWrite(request.user, projectId);
      }
    }
  }
}

/** One resource has one spelling: an id in any other form names nothing. */
function refuseMalformedIds(params: PathIds): void {
  const ids = [params.org_id, params.project_id, params.oauth_client_id, params.secret_id];
  if (!ids.every((id) => id === undefined || isUuid(id))) throw Problem.notFound();
}
