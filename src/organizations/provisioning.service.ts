import { Injectable } from '@nestjs/common';
import { DataSource, IsNull, type EntityManager } from 'typeorm';
import { recordAuditEvents } from '../audit/audit-log.js';
import { OAuthClientDeletion } from '../oauth-clients/writes/oauth-client-deletion.js';
import type { Caller } from '../auth/caller.js';
import type { PutMemberDto, PutOrganizationDto, PutProjectDto } from './dto/organization.dto.js';
import { OrganizationMember } from '../tenants/organization-member.entity.js';
import { Organization } from '../tenants/organization.entity.js';
import { Project } from '../tenants/project.entity.js';
import { Problem } from '../problem-details/problem.js';
import { upsert } from './upsert.js';

/** What the platform does with organizations, projects and members. Repeating a call changes nothing and answers the same. */
@Injectable()
export class ProvisioningService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly clients: OAuthClientDeletion,
  ) {}

  putOrganization(caller: Caller, id: string, dto: PutOrganizationDto): Promise<Organization> {
    return this.dataSource.transaction(async (manager) => {
      const values = { name: dto.name, trusted_clients_allowed: dto.trusted_clients_allowed ?? false };
      const { row, created, changes } = await upsert(manager, Organization, { id }, values);
      if (row.deleted_at) throw deletedConflict('organization');
      if (Object.keys(changes).length > 0) {
        const action = created ? 'organization.created' : 'organization.updated';
        await recordAuditEvents(manager, caller, [{ action, organization_id: id, changes }]);
      }
      return row;
    });
  }

  deleteOrganization(caller: Caller, id: string): Promise<void> {
    return this.dataSource.transaction(async (manager) => {
      const organization = await lockOrganization(manager, id);
      if (organization.deleted_at) return;
      await manager.update(Organization, { id }, { deleted_at: () => 'now()', modified: () => 'now()' });
      await recordAuditEvents(manager, caller, [{ action: 'organization.deleted', organization_id: id }]);
      await this.deleteProjects(manager, caller, await liveProjectIds(manager, id), id);
    });
  }

  putProject(caller: Caller, organizationId: string, id: string, dto: PutProjectDto): Promise<Project> {
    return this.dataSource.transaction(async (manager) => {
      await lockLiveOrganization(manager, organizationId);
      const key = { id, organization_id: organizationId };
      const { row, created, changes } = await upsert(manager, Project, key, { name: dto.name });
      if (row.deleted_at) throw deletedConflict('project');
      if (Object.keys(changes).length > 0) {
        const action = created ? 'project.created' : 'project.updated';
        await recordAuditEvents(manager, caller, [
          { action, organization_id: organizationId, project_id: id, changes },
        ]);
      }
      return row;
    });
  }

  deleteProject(caller: Caller, organizationId: string, id: string): Promise<void> {
    return this.dataSource.transaction(async (manager) => {
      await lockLiveOrganization(manager, organizationId);
      const project = await manager.findOneBy(Project, { id, organization_id: organizationId });
      if (!project) throw Problem.notFound();
      if (!project.deleted_at) await this.deleteProjects(manager, caller, [id], organizationId);
    });
  }

  putMember(
    caller: Caller,
    organizationId: string,
    subject: string,
    dto: PutMemberDto,
  ): Promise<OrganizationMember> {
    return this.dataSource.transaction(async (manager) => {
      await lockLiveOrganization(manager, organizationId);
      const key = { organization_id: organizationId, subject };
      const { row, created, changes } = await upsert(manager, OrganizationMember, key, { role: dto.role });
      if (Object.keys(changes).length > 0) {
        const action = created ? 'member.added' : 'member.updated';
        await recordAuditEvents(manager, caller, [
          {
            action,
            organization_id: organizationId,
            changes: { subject: { from: created ? null : subject, to: subject }, ...changes },
          },
        ]);
      }
      return row;
    });
  }

  deleteMember(caller: Caller, organizationId: string, subject: string): Promise<void> {
    return this.dataSource.transaction(async (manager) => {
      await lockLiveOrganization(manager, organizationId);
      const { affected } = await manager.delete(OrganizationMember, {
        organization_id: organizationId,
        subject,
      });
      if (!affected) return;
      const changes = { subject: { from: subject, to: null } };
      await recordAuditEvents(manager, caller, [
        { action: 'member.removed', organization_id: organizationId, changes },
      ]);
    });
  }

  /** First the projects, then their clients: a client that is being created waits for the project and finds it deleted. */
  private async deleteProjects(
    manager: EntityManager,
    caller: Caller,
    ids: readonly string[],
    organizationId: string,
  ): Promise<void> {
    if (ids.length === 0) return;
    await manager.update(Project, [...ids], { deleted_at: () => 'now()', modified: () => 'now()' });
    const happenings = ids.map((id) => ({
      action: 'project.deleted' as const,
      organization_id: organizationId,
      project_id: id,
    }));
    await recordAuditEvents(manager, caller, happenings);
    await this.clients.deleteAllOf(manager, caller, ids);
  }
}

/**
 * Held until the end of the transaction, so that all provisioning of one organization happens one after the other. Writes to
 * its clients go on meanwhile: a stronger lock would stop the foreign keys of their audit events, and end in deadlocks.
 */
async function lockOrganization(manager: EntityManager, id: string): Promise<Organization> {
  const organization = await manager.findOne(Organization, {
    where: { id },
    lock: { mode: 'for_no_key_update' },
  });
  if (!organization) throw Problem.notFound();
  return organization;
}

async function lockLiveOrganization(manager: EntityManager, id: string): Promise<void> {
  if ((await lockOrganization(manager, id)).deleted_at) throw Problem.notFound();
}

async function liveProjectIds(manager: EntityManager, organizationId: string): Promise<string[]> {
  const projects = await manager.find(Project, {
    select: { id: true },
    where: { organization_id: organizationId, deleted_at: IsNull() },
  });
  return projects.map(({ id }) => id);
}

const deletedConflict = (what: string): Problem =>
  new Problem('conflict', `This ${what} has been deleted, and its id stays reserved. Choose another id.`);
