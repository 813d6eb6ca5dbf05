import { Injectable } from '@nestjs/common';
import type { Actor } from '../auth/actor.js';
import { Problem } from '../problem-details/problem.js';
import { isAtLeast } from '../tenants/role.js';
import type { OrganizationAccess } from './access.js';
import type { Membership } from '../tenants/membership.js';
import { FirstPartyClients } from './first-party-clients.js';
import { OwnTenants } from './own-tenants.js';
import { ORGANIZATION_PERMISSIONS, type OrganizationPermission } from './permission.js';
import { TokenScopes } from './token-scopes.js';

/**
 * Decides whether a caller may read what belongs to an organization as a whole. The platform may in every organization,
 * people in their own.
 */
@Injectable()
export class OrganizationCheck {
  constructor(
    private readonly ownTenants: OwnTenants,
    private readonly firstPartyClients: FirstPartyClients,
    private readonly tokenScopes: TokenScopes,
  ) {}

  /**
   * @throws Problem 404 for an organization that the actor may not see; 403 for a machine of a project, and for a person
   * who lacks the scope, the role, or a token that is good for all projects
   */
  async check(
    actor: Actor,
    permission: OrganizationPermission,
    organizationId: string,
  ): Promise<OrganizationAccess> {
    const { organization, isPlatform } = await this.ownTenants.enter(actor, organizationId);
    if (isPlatform) return { organization, isPlatform } as OrganizationAccess;
    await this.tokenScopes.demand(actor, ORGANIZATION_PERMISSIONS[permission].scope);
    this.refuseUnlessAllowed(actor, permission, organization);
    return { organization, isPlatform } as OrganizationAccess;
  }

  private refuseUnlessAllowed(actor: Actor, permission: OrganizationPermission, { role }: Membership): void {
    const { role: needed, throughAnyClient } = ORGANIZATION_PERMISSIONS[permission];
    if (actor.kind === 'machine') {
      throw new Problem(
        'forbidden',
        "Only people and the platform may read this, not machines of a project: send a person's token.",
      );
    }
    if (role === null || !isAtLeast(role, needed)) {
      throw new Problem(
        'forbidden',
        `This needs the role ${needed}; yours is ${role ?? 'none'}. Ask an admin of the organization.`,
      );
    }
    if (!throughAnyClient && !this.firstPartyClients.areGoodEverywhere(actor)) {
      throw new Problem(
        'forbidden',
        "This is about all projects, and the token is for the one of its client. Use a token of the platform's own client.",
      );
    }
  }
}
