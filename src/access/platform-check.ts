import { Injectable } from '@nestjs/common';
import pg from 'pg';
import type { Actor } from '../auth/actor.js';
import { PreparedStatement } from '../database/prepared-statement.js';
import { Problem } from '../problem-details/problem.js';
import { isUuid } from '../lib/uuid.js';
import { OwnTenants } from './own-tenants.js';
import { PLATFORM_SCOPE } from './permission.js';

const IS_TENANTS = new PreparedStatement<{ id: string }>(
  'client_of_a_tenant',
  `select id from oauth_clients where client_id = :client_id`,
  { id: 'uuid' },
);

/** Lets the platform's own machine through to provisioning, and nobody else. */
@Injectable()
export class PlatformCheck {
  constructor(
    private readonly pool: pg.Pool,
    private readonly ownTenants: OwnTenants,
  ) {}

  async check(actor: Actor, organizationId: string): Promise<void> {
    if (await this.isPlatform(actor)) return;
    if (await this.isMember(actor, organizationId)) {
      throw new Problem('forbidden', 'Only the platform provisions organizations, projects and members.');
    }
    throw Problem.notFound();
  }

  /** Even a client of a deleted tenant is no platform: its id stays a tenant's for ever. */
  private async isPlatform({ kind, scopes, clientId }: Actor): Promise<boolean> {
    if (kind !== 'machine' || !scopes?.has(PLATFORM_SCOPE)) return false;
    return !isUuid(clientId) || !(await IS_TENANTS.row(this.pool, { client_id: clientId }));
  }

  /** A member whose token was issued to a client from elsewhere is a stranger: that client is to learn nothing. */
  private async isMember(actor: Actor, organizationId: string): Promise<boolean> {
    return actor.kind === 'person' && (await this.ownTenants.includes(actor, organizationId));
  }
}
