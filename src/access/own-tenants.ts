import { Injectable } from '@nestjs/common';
import pg from 'pg';
import type { Actor } from '../auth/actor.js';
import { columnsOf, selectList } from '../database/entity-columns.js';
import { PreparedStatement } from '../database/prepared-statement.js';
import { FIRST_PAGE } from '../pagination/cursor.js';
import { readPage, type Page } from '../pagination/page.js';
import type { PageQuery } from '../pagination/page.query.js';
import { Problem } from '../problem-details/problem.js';
import { isUuid } from '../lib/uuid.js';
import { demandScope } from './demand-scope.js';
import { FirstPartyClients } from './first-party-clients.js';
import { Organization } from '../tenants/organization.entity.js';
import { Project, type LoadedProject } from '../tenants/project.entity.js';
import type { Role } from '../tenants/role.js';

export type Membership = Organization & { readonly role: Role | null };

/** The project of the token's own client, while that client is live and enabled. */
const OWN_PROJECT = `
  select t.project_id, t.organization_id from oauth_clients t
  where t.client_id = :client_id and t.enabled and t.deleted_at is null`;

const ORGANIZATION_COLUMNS = columnsOf<Organization>(Organization);

const ORGANIZATIONS = new PreparedStatement<Membership>(
  'own_organizations',
  `  with own as (${OWN_PROJECT})
  select ${selectList(ORGANIZATION_COLUMNS, 'o')}, m.role
  from organizations o
  left join organization_members m on m.organization_id = o.id and m.subject = :subject
  where o.deleted_at is null and o.id < :before and o.id = coalesce(:only::uuid, o.id)
    and (m.role is not null or :is_machine::boolean)
    and (:everywhere::boolean or o.id in (select organization_id from own))
  order by o.id desc
  limit :limit`,
  { ...ORGANIZATION_COLUMNS, role: 'text' },
);

const PROJECT_COLUMNS = columnsOf<LoadedProject>(Project);

const PROJECTS = new PreparedStatement(
  'own_projects',
  `  with own as (${OWN_PROJECT})
  select ${selectList(PROJECT_COLUMNS, 'p')}
  from projects p
  where p.organization_id = :organization_id and p.deleted_at is null and p.id < :before
    and (:everywhere::boolean or p.id in (select project_id from own))
  order by p.id desc
  limit :limit`,
  PROJECT_COLUMNS,
);

/** Lists what is an actor's own: the organizations and projects that the access check lets it into. */
@Injectable()
export class OwnTenants {
  constructor(
    private readonly pool: pg.Pool,
    private readonly firstPartyClients: FirstPartyClients,
  ) {}

  listOrganizations(actor: Actor, query: PageQuery): Promise<Page<Membership>> {
    demandScope(actor, 'oauth_clients:read');
    return readPage(actor.subject, query, (before, limit) => this.organizationsOf(actor, { before, limit }));
  }

  async listProjects(actor: Actor, organizationId: string, query: PageQuery): Promise<Page<LoadedProject>> {
    if (!(await this.includes(actor, organizationId))) throw Problem.notFound();
    demandScope(actor, 'oauth_clients:read');
    return readPage(organizationId, query, (before, limit) => {
      const values = { ...this.reachOf(actor), organization_id: organizationId, before, limit };
      return PROJECTS.rows(this.pool, values);
    });
  }

  /** Whether the organization is among the actor's own. */
  async includes(actor: Actor, organizationId: string): Promise<boolean> {
    const one = { only: organizationId, before: FIRST_PAGE, limit: 1 };
    return (await this.organizationsOf(actor, one)).length > 0;
  }

  private organizationsOf(
    actor: Actor,
    { only = null, before, limit }: { only?: string | null; before: string; limit: number },
  ): Promise<Membership[]> {
    const values = {
      ...this.reachOf(actor),
      subject: actor.kind === 'person' ? actor.subject : null,
      only,
      before,
      limit,
    };
    return ORGANIZATIONS.rows(this.pool, values);
  }

  private reachOf({ kind, clientId }: Actor): Record<string, unknown> {
    return {
      is_machine: kind === 'machine',
      everywhere: kind === 'person' && (clientId === null || this.firstPartyClients.include(clientId)),
      client_id: isUuid(clientId) ? clientId : null,
    };
  }
}
