import { Injectable } from '@nestjs/common';
import pg from 'pg';
import type { Actor } from '../auth/actor.js';
import { columnsOf, selectList } from '../database/entity-columns.js';
import { PreparedStatement } from '../database/prepared-statement.js';
import { readPage, type Page } from '../pagination/page.js';
import type { PageQuery } from '../pagination/page.query.js';
import { Problem } from '../problem-details/problem.js';
import { isClientId } from '../lib/client-id.js';
import { FirstPartyClients } from './first-party-clients.js';
import { Organization } from '../tenants/organization.entity.js';
import { Project, type LoadedProject } from '../tenants/project.entity.js';
import { Platform } from './platform.js';
import { TOKEN_COUNTS } from './token-client.js';
import { TokenScopes } from './token-scopes.js';
import type { Membership } from '../tenants/membership.js';

/** The project of the token's own client, while the token counts. */
const OWN_PROJECT = `
  select t.project_id, t.organization_id from oauth_clients t where t.client_id = :client_id and ${TOKEN_COUNTS}`;

const ORGANIZATION_COLUMNS = columnsOf<Organization>(Organization);
const PROJECT_COLUMNS = columnsOf<LoadedProject>(Project);

/** SQL conditions on an id: the rows of one page, by descending id, or the single row that has it. */
const PARTS = { page: (id: string) => `${id} < :before`, one: (id: string) => `${id} = :before` } as const;
type Part = keyof typeof PARTS;

const organizationsOfActor = (part: Part): PreparedStatement<Membership> =>
  new PreparedStatement<Membership>(
    `own_organizations_${part}`,
    `with own as (${OWN_PROJECT})
     select ${selectList(ORGANIZATION_COLUMNS, 'o')}, m.role
     from organizations o
     left join organization_members m on m.organization_id = o.id and m.subject = :subject
     where o.deleted_at is null and ${PARTS[part]('o.id')}
       and (m.role is not null or :is_machine::boolean)
       and (:everywhere::boolean or o.id in (select organization_id from own))
     order by o.id desc
     limit :limit`,
    { ...ORGANIZATION_COLUMNS, role: 'text' },
  );

const allOrganizations = (part: Part): PreparedStatement<Membership> =>
  new PreparedStatement<Membership>(
    `all_organizations_${part}`,
    `select ${selectList(ORGANIZATION_COLUMNS, 'o')}, null::text as role
     from organizations o
     where o.deleted_at is null and ${PARTS[part]('o.id')}
     order by o.id desc
     limit :limit`,
    { ...ORGANIZATION_COLUMNS, role: 'text' },
  );

const projectsOfActor = (part: Part): PreparedStatement<LoadedProject> =>
  new PreparedStatement<LoadedProject>(
    `own_projects_${part}`,
    `with own as (${OWN_PROJECT})
     select ${selectList(PROJECT_COLUMNS, 'p')}
     from projects p
     where p.organization_id = :organization_id and p.deleted_at is null and ${PARTS[part]('p.id')}
       and (:everywhere::boolean or p.id in (select project_id from own))
     order by p.id desc
     limit :limit`,
    PROJECT_COLUMNS,
  );

const OWN_ORGANIZATIONS = { page: organizationsOfActor('page'), one: organizationsOfActor('one') };
const ALL_ORGANIZATIONS = { page: allOrganizations('page'), one: allOrganizations('one') };
const PROJECTS = { page: projectsOfActor('page'), one: projectsOfActor('one') };

/** Which rows to read: a page of ids below `before`, or the one row whose id it is. */
interface Range {
  readonly part: Part;
  readonly before: string;
  readonly limit: number;
}

const single = (id: string): Range => ({ part: 'one', before: id, limit: 1 });
const page = (before: string, limit: number): Range => ({ part: 'page', before, limit });

/**
 * Reads the organizations and projects that the access check lets an actor into, which for the platform are all.
 *
 * Reads throw a Problem: 404 for a tenant that is not the actor's, 403 for a token without the scope
 * `oauth_clients:read`, which the platform does not need.
 */
@Injectable()
export class OwnTenants {
  constructor(
    private readonly pool: pg.Pool,
    private readonly firstPartyClients: FirstPartyClients,
    private readonly platform: Platform,
    private readonly tokenScopes: TokenScopes,
  ) {}

  async listOrganizations(actor: Actor, query: PageQuery): Promise<Page<Membership>> {
    const isPlatform = await this.platform.is(actor);
    if (!isPlatform) await this.tokenScopes.demand(actor, 'oauth_clients:read');
    return readPage(actor.subject, query, (before, limit) =>
      this.organizations(actor, isPlatform, page(before, limit)),
    );
  }

  async getOrganization(actor: Actor, organizationId: string): Promise<Membership> {
    const { organization, isPlatform } = await this.enter(actor, organizationId);
    if (!isPlatform) await this.tokenScopes.demand(actor, 'oauth_clients:read');
    return organization;
  }

  async listProjects(actor: Actor, organizationId: string, query: PageQuery): Promise<Page<LoadedProject>> {
    const { isPlatform } = await this.enter(actor, organizationId);
    if (!isPlatform) await this.tokenScopes.demand(actor, 'oauth_clients:read');
    return readPage(organizationId, query, (before, limit) =>
      this.projects(actor, isPlatform, organizationId, page(before, limit)),
    );
  }

  /** The 404 for a project that the actor may not act in comes before the 403 for its token. */
  async getProject(actor: Actor, organizationId: string, projectId: string): Promise<LoadedProject> {
    const { isPlatform } = await this.enter(actor, organizationId);
    const [project] = await this.projects(actor, isPlatform, organizationId, single(projectId));
    if (!project) throw Problem.notFound();
    if (!isPlatform) await this.tokenScopes.demand(actor, 'oauth_clients:read');
    return project;
  }

  /** The organization, if it is among the actor's own. */
  async find(actor: Actor, organizationId: string): Promise<Membership | undefined> {
    return (await this.organizations(actor, await this.platform.is(actor), single(organizationId)))[0];
  }

  /**
   * The organization, and whether the actor is the platform.
   *
   * @throws Problem 404 for an organization that is not the actor's
   */
  async enter(
    actor: Actor,
    organizationId: string,
  ): Promise<{ organization: Membership; isPlatform: boolean }> {
    const isPlatform = await this.platform.is(actor);
    const [organization] = await this.organizations(actor, isPlatform, single(organizationId));
    if (!organization) throw Problem.notFound();
    return { organization, isPlatform };
  }

  private organizations(actor: Actor, isPlatform: boolean, range: Range): Promise<Membership[]> {
    const { part, ...bounds } = range;
    if (isPlatform) return ALL_ORGANIZATIONS[part].rows(this.pool, bounds);
    const subject = actor.kind === 'person' ? actor.subject : null;
    return OWN_ORGANIZATIONS[part].rows(this.pool, { ...this.reachOf(actor), ...bounds, subject });
  }

  private projects(
    actor: Actor,
    isPlatform: boolean,
    organizationId: string,
    { part, ...bounds }: Range,
  ): Promise<LoadedProject[]> {
    const reach = this.reachOf(actor);
    const everywhere = isPlatform || reach.everywhere;
    return PROJECTS[part].rows(this.pool, {
      ...reach,
      ...bounds,
      everywhere,
      organization_id: organizationId,
    });
  }

  private reachOf(actor: Actor) {
    const { kind, clientId, issuedAt } = actor;
    return {
      is_machine: kind === 'machine',
      everywhere: this.firstPartyClients.areGoodEverywhere(actor),
      client_id: isClientId(clientId) ? clientId : null,
      issued_at: issuedAt,
    };
  }
}
