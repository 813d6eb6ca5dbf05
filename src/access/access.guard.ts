import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { WITHOUT_TOKEN, type WithoutToken } from '../auth/public.decorator.js';
import { Problem } from '../problem-details/problem.js';
import { isUuid } from '../lib/uuid.js';
import { AccessCheck } from './access-check.js';
import type { AuthorizedRequest, PathIds } from './access.js';
import { PERMISSION } from './authorized.decorator.js';
import { OrganizationCheck } from './organization-check.js';
import { isOrganizationPermission, type Permission, type TenantPermission } from './permission.js';
import { Platform } from './platform.js';
import { RateLimits } from '../rate-limit/rate-limits.js';
import { PlatformCheck } from './platform-check.js';

/**
 * Decides whether the actor may do what the route states, once authentication has said who it is. A route that states no
 * permission answers 403 (default deny).
 */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly accessCheck: AccessCheck,
    private readonly platformCheck: PlatformCheck,
    private readonly organizationCheck: OrganizationCheck,
    private readonly platform: Platform,
    private readonly limits: RateLimits,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<WithoutToken | undefined>(WITHOUT_TOKEN, targets)) return true;
    const permission = this.reflector.getAllAndOverride<Permission | undefined>(PERMISSION, targets);
    if (!permission)
      throw new Problem(
        'forbidden',
        'This route states no permission, so nobody may use it: tell the operator.',
      );

    const request = context.switchToHttp().getRequest<AuthorizedRequest>();
    refuseMalformedIds(request.params);
    request.caller = { actor: request.user, requestId: request.id };
    await this.authorize(permission, request);
    return true;
  }

  private async authorize(permission: Permission, request: AuthorizedRequest): Promise<void> {
    const { actor } = request.caller;
    const { org_id: organizationId = '' } = request.params;
    if (permission === 'memberships:read') return;
    if (permission === 'registry:admin') return this.platformCheck.check(actor, organizationId);
    if (!isOrganizationPermission(permission)) return this.enterProject(permission, request);
    request.organizationAccess = await this.organizationCheck.check(actor, permission, organizationId);
  }

  private async enterProject(permission: TenantPermission, request: AuthorizedRequest): Promise<void> {
    const { org_id: organizationId = '', project_id: projectId = '', oauth_client_id } = request.params;
    const oauthClientId = oauth_client_id ?? null;
    const question = { ...request.caller, permission, organizationId, projectId, oauthClientId };
    try {
      request.access = await this.accessCheck.check(question);
    } catch (error) {
      throw await this.toldToPlatform(error, request);
    }
    if (permission !== 'oauth_clients:read') await this.limits.admitWrite(request.user, projectId);
  }

  /**
   * The platform's token is let into no project, so it gets 404 everywhere here: its 404 says so, and whose tokens this
   * call is for.
   */
  private async toldToPlatform(error: unknown, { user }: AuthorizedRequest): Promise<unknown> {
    const isNotFound = error instanceof Problem && error.code === 'not_found';
    return isNotFound && (await this.platform.is(user))
      ? new Problem('not_found', NOT_FOR_THE_PLATFORM)
      : error;
  }
}

const NOT_FOR_THE_PLATFORM =
  "The platform's token finds nothing here: this call is for tokens of an organization's members, and of machines of the " +
  'project. With its own the platform provisions and reads organizations, projects and members.';

/** An id has one spelling, a UUID in lower case: in any other form it names nothing, and the answer is 404. */
function refuseMalformedIds(params: PathIds): void {
  const ids = [params.org_id, params.project_id, params.oauth_client_id, params.secret_id];
  if (!ids.every((id) => id === undefined || isUuid(id))) throw Problem.notFound();
}
