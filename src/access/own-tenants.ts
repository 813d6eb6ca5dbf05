import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { DataSource } from 'typeorm';
import type { Actor } from '../auth/actor.js';
import { PreparedStatement, selectList } from '../database/prepared.js';
import { FIRST_PAGE } from '../pagination/cursor.js';
import { readPage, type Page } from '../pagination/page.js';
import type { PageQuery } from '../pagination/page.query.js';
import { Problem } from '../problem-details/problem.js';
import { isUuid } from '../lib/uuid.js';
import { demandScope } from './demand-scope.js';
import { FirstPartyClients } from './first-party-clients.js';
import { Organization } from '../tenants/organization.entity.js';
import { Project } from '../tenants/project.entity.js';
import type { Role } from '../tenants/role.js';

export type Membership = Organization & { readonly role: Role | null };

/** Lists what is an actor's own: the organizations and projects that the access check lets it into. */
@Injectable()
export class OwnTenants {
  private readonly organizations: PreparedStatement;
  private readonly projects: PreparedStatement;

  constructor(
    private readonly pool: pg.Pool,
    private readonly firstPartyClients: FirstPartyClients,
    dataSource: DataSource,
  ) {
    this.organizations = new PreparedStatement(
      'organizations_of_actor',
      organizations(selectList(dataSource, Organization, 'o')),
    );
    this.projects = new PreparedStatement(
      'projects_of_actor',
      projects(selectList(dataSource, Project, 'p')),
    );
  }

  listOrganizations(actor: Actor, query: PageQuery): Promise<Page<Membership>> {
    demandScope(actor, 'oauth_clients:read');
    return readPage(actor.subject, query, (before, limit) => this.organizationsOf(actor, { before, limit }));
  }

  async listProjects(actor: Actor, organizationId: string, query: PageQuery): Promise<Page<Project>> {
    if (!(await this.includes(actor, organizationId))) throw Problem.notFound();
    demandScope(actor, 'oauth_clients:read');
    return readPage(organizationId, query, async (before, limit) => {
      const values = { ...this.reachOf(actor), organization_id: organizationId, before, limit };
      return (await this.pool.query<Project>(this.projects.with(values))).rows;
    });
  }

  /** Whether the organization is among the actor's own. */
  async includes(actor: Actor, organizationId: string): Promise<boolean> {
    const one = { only: organizationId, before: FIRST_PAGE, limit: 1 };
    return (await this.organizationsOf(actor, one)).length > 0;
  }

  private async organizationsOf(
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
    return (await this.pool.query<Membership>(this.organizations.with(values))).rows;
  }

  private reachOf({ kind, clientId }: Actor): Record<string, unknown> {
    return {
      is_machine: kind === 'machine',
      everywhere: kind === 'person' && (clientId === null || this.firstPartyClients.include(clientId)),
      client_id: isUuid(clientId) ? clientId : null,
    };
  }
}

/** The project of the token's own client, while that client is live and enabled. */
const OWN_PROJECT = `
  select t.project_id, t.organization_id from oauth_clients t
  where t.client_id = :client_id and t.enabled and t.deleted_at is null`;

const organizations = (columns: string): string => `
  with own as (${OWN_PROJECT})
  select ${columns}, m.role
  from organizations o
  left join organization_members m on m.organization_id = o.id and m.subject = :subject
  where o.deleted_at is null and o.id < :before and o.id = coalesce(:only::uuid, o.id)
    and (m.role is not null or :is_machine::boolean)
    and (:everywhere::boolean or o.id in (select organization_id from own))
  order by o.id desc
  limit :limit`;

const projects = (columns: string): string => `
  with own as (${OWN_PROJECT})
  select ${columns}
  from projects p
  where p.organization_id = :organization_id and p.deleted_at is null and p.id < :before
    and (:everywhere::boolean or p.id in (select project_id from own))
  order by p.id desc
  limit :limit`;
