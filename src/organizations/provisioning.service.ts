import { Injectable } from '@nestjs/common';
import pg from 'pg';
import type { AuditChanges } from '../audit/audit-event.entity.js';
import { recordAuditEvents } from '../audit/audit-log.js';
import type { Caller } from '../auth/caller.js';
import type { Queryable } from '../database/prepared-statement.js';
import { inTransaction } from '../database/transaction.js';
import { ClientsOfTenants } from '../oauth-clients/clients-of-tenants.js';
import { Problem } from '../problem-details/problem.js';
import type { LoadedMember } from '../tenants/organization-member.entity.js';
import type { Organization } from '../tenants/organization.entity.js';
import type { LoadedProject } from '../tenants/project.entity.js';
import type { PutMemberDto, PutOrganizationDto, PutProjectDto } from './dto/organization.dto.js';
import {
  DELETE_MEMBER,
  DELETE_ORGANIZATION,
  DELETE_PROJECTS,
  LIVE_PROJECT_IDS,
  ORGANIZATION_MEMBERS,
  ORGANIZATIONS,
  PROJECTS,
} from './tenant.statements.js';
import { upsert, type Upserted } from './upsert.js';

/** What the platform does with organizations, projects and members. Repeating a call changes nothing and answers the same. */
@Injectable()
export class ProvisioningService {
  constructor(
    private readonly pool: pg.Pool,
    private readonly clients: ClientsOfTenants,
  ) {}

  /** @throws Problem 409 for a deleted one, 422 for a new one without a name */
  async putOrganization(caller: Caller, id: string, dto: PutOrganizationDto): Promise<Organization> {
    const { row, changes } = await this.writeOrganization(caller, id, dto);
    const before = permissionBefore(changes);
    if (before === true) await this.clients.followTrustLate(caller, id);
    if (before !== undefined) this.clients.haveChanged();
    return row;
  }

  private writeOrganization(
    caller: Caller,
    id: string,
    dto: PutOrganizationDto,
  ): Promise<Upserted<Organization>> {
    return inTransaction(this.pool, async (database) => {
      const given = { values: dto, initial: { trusted_clients_allowed: false }, required: 'name' } as const;
      const upserted = await upsert(database, ORGANIZATIONS, { id }, given);
      const { row, created, changes } = upserted;
      if (row.deleted_at) throw deletedConflict('organization');
      if (Object.keys(changes).length > 0) {
        const action = created ? 'organization.created' : 'organization.updated';
        await recordAuditEvents(database, caller, [{ action, organization_id: id, changes }]);
      }
      if (permissionBefore(changes) !== undefined) await this.clients.followTrust(database, caller, id);
      return upserted;
    });
  }

  /** Deletes the organization with its projects and their clients. @throws Problem 404 where there never was one */
  async deleteOrganization(caller: Caller, id: string): Promise<void> {
    await inTransaction(this.pool, async (database) => {
      const organization = await lockOrganization(database, id);
      if (organization.deleted_at) return;
      await DELETE_ORGANIZATION.count(database, { id });
      await recordAuditEvents(database, caller, [{ action: 'organization.deleted', organization_id: id }]);
      const projects = await LIVE_PROJECT_IDS.rows(database, { organization_id: id });
      await this.deleteProjects(
        database,
        caller,
        id,
        projects.map((project) => project.id),
      );
    });
    this.clients.haveChanged();
  }

  /**
   * @throws Problem 404 without the organization, 409 for an id that is deleted or another organization's, 422 for a new
   * project without a name
   */
  putProject(caller: Caller, organizationId: string, id: string, dto: PutProjectDto): Promise<LoadedProject> {
    return inTransaction(this.pool, async (database) => {
      await lockLiveOrganization(database, organizationId);
      const key = { id, organization_id: organizationId };
      const { row, created, changes } = await upsert(database, PROJECTS, key, {
        values: dto,
        required: 'name',
      });
      if (row.deleted_at) throw deletedConflict('project');
      if (Object.keys(changes).length > 0) {
        const action = created ? 'project.created' : 'project.updated';
        const happening = { action, organization_id: organizationId, project_id: id, changes } as const;
        await recordAuditEvents(database, caller, [happening]);
      }
      return row;
    });
  }

  /** Deletes the project with its clients. @throws Problem 404 without the organization, and where there never was a project */
  async deleteProject(caller: Caller, organizationId: string, id: string): Promise<void> {
    await inTransaction(this.pool, async (database) => {
      await lockLiveOrganization(database, organizationId);
      const project = await PROJECTS.lock.row(database, { id, organization_id: organizationId });
      if (!project) throw Problem.notFound();
      if (!project.deleted_at) await this.deleteProjects(database, caller, organizationId, [id]);
    });
    this.clients.haveChanged();
  }

  /** @throws Problem 404 without the organization, 422 for a new member without a role */
  putMember(
    caller: Caller,
    organizationId: string,
    subject: string,
    dto: PutMemberDto,
  ): Promise<LoadedMember> {
    return inTransaction(this.pool, async (database) => {
      await lockLiveOrganization(database, organizationId);
      const key = { organization_id: organizationId, subject };
      const upserted = await upsert(database, ORGANIZATION_MEMBERS, key, { values: dto, required: 'role' });
      const { row, created } = upserted;
      if (Object.keys(upserted.changes).length > 0) {
        const action = created ? 'member.added' : 'member.updated';
        const changes = { subject: { from: created ? null : subject, to: subject }, ...upserted.changes };
        await recordAuditEvents(database, caller, [{ action, organization_id: organizationId, changes }]);
      }
      return row;
    });
  }

  /** Does nothing for somebody who is no member. @throws Problem 404 without the organization */
  deleteMember(caller: Caller, organizationId: string, subject: string): Promise<void> {
    return inTransaction(this.pool, async (database) => {
      await lockLiveOrganization(database, organizationId);
      const key = { organization_id: organizationId, subject };
      if ((await DELETE_MEMBER.count(database, key)) === 0) return;
      const changes = { subject: { from: subject, to: null } };
      const happening = { action: 'member.removed', organization_id: organizationId, changes } as const;
      await recordAuditEvents(database, caller, [happening]);
    });
  }

  /** First the projects, then their clients: a client that is being created waits for the project and finds it deleted. */
  private async deleteProjects(
    database: Queryable,
    caller: Caller,
    organizationId: string,
    ids: readonly string[],
  ): Promise<void> {
    if (ids.length === 0) return;
    await DELETE_PROJECTS.count(database, { ids });
    const happenings = ids.map((id) => ({
      action: 'project.deleted' as const,
      organization_id: organizationId,
      project_id: id,
    }));
    await recordAuditEvents(database, caller, happenings);
    await this.clients.deleteAllOf(database, caller, ids);
  }
}

/** The permission for trusted clients that an organization had, if this changes it. */
function permissionBefore({ trusted_clients_allowed: change }: AuditChanges): boolean | undefined {
  return change && 'from' in change && typeof change.from === 'boolean' ? change.from : undefined;
}

/**
 * Locks the organization until the end of the transaction, so that all its provisioning happens one after the other.
 *
 * @throws Problem 404 where there never was one
 */
async function lockOrganization(database: Queryable, id: string): Promise<Organization> {
  const organization = await ORGANIZATIONS.lock.row(database, { id });
  if (!organization) throw Problem.notFound();
  return organization;
}

async function lockLiveOrganization(database: Queryable, id: string): Promise<void> {
  if ((await lockOrganization(database, id)).deleted_at) throw Problem.notFound();
}

const deletedConflict = (what: string): Problem =>
  new Problem('conflict', `This ${what} has been deleted, and its id stays reserved. Choose another id.`);
