import { Injectable } from '@nestjs/common';
import type { Actor } from '../auth/actor.js';
import { Problem } from '../problem-details/problem.js';
import { OwnTenants } from './own-tenants.js';
import { PLATFORM_SCOPE } from './permission.js';
import { Platform } from './platform.js';

/** Lets the platform's own machine through to provisioning, and nobody else. */
@Injectable()
export class PlatformCheck {
  constructor(
    private readonly platform: Platform,
    private readonly ownTenants: OwnTenants,
  ) {}

  /** @throws Problem 403 for a member of the organization, who knows that it exists; 404 for everybody else */
  async check(actor: Actor, organizationId: string): Promise<void> {
    if (await this.platform.is(actor)) return;
    if (await this.isMember(actor, organizationId)) {
      throw new Problem(
        'forbidden',
        'Only the platform provisions organizations, projects and members: with a machine token that has the scope ' +
          `${PLATFORM_SCOPE}, of a client that belongs to no tenant.`,
      );
    }
    throw Problem.notFound();
  }

  /**
   * A member's token that was issued to a client of another organization counts as a stranger's: that client is to learn
   * nothing.
   */
  private async isMember(actor: Actor, organizationId: string): Promise<boolean> {
    return actor.kind === 'person' && (await this.ownTenants.find(actor, organizationId)) !== undefined;
  }
}
