import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../openapi/operation.decorator.js';
import { PageQuery } from '../pagination/page.query.js';
import type { Caller } from '../auth/caller.js';
import { Authorized, CurrentCaller } from '../access/authorized.decorator.js';
import { OwnTenants } from '../access/own-tenants.js';
import {
  MembershipDto,
  MembershipPageDto,
  ORGANIZATION_EXAMPLE,
  PROJECT_EXAMPLE,
  ProjectDto,
  ProjectPageDto,
  toMembership,
  toProject,
} from './dto/organization.dto.js';

const MEMBERSHIP_EXAMPLE = { ...ORGANIZATION_EXAMPLE, role: 'developer' };

/** The organizations and projects that the caller may act in: for the platform, all of them. */
@ApiTags('Organizations and projects')
@Controller('v1/organizations')
export class MembershipsController {
  constructor(private readonly ownTenants: OwnTenants) {}

  @Get()
  @Authorized('memberships:read')
  @Operation({
    id: 'listOrganizations',
    summary: 'List my organizations',
    description:
      'The organizations that the caller may act in, with its role. A machine sees the one of its own project, the ' +
      'platform sees all.',
    answer: {
      status: 200,
      description: 'One page of organizations.',
      type: MembershipPageDto,
      example: { data: [MEMBERSHIP_EXAMPLE], next_cursor: null },
    },
    problems: [],
  })
  async listOrganizations(
    @CurrentCaller() { actor }: Caller,
    @Query() query: PageQuery,
  ): Promise<MembershipPageDto> {
    const { data, nextCursor } = await this.ownTenants.listOrganizations(actor, query);
    return { data: data.map(toMembership), next_cursor: nextCursor };
  }

  @Get(':org_id')
  @Authorized('memberships:read')
  @Operation({
    id: 'getOrganization',
    summary: 'Get an organization',
    description: 'One organization that the caller may act in, with its role; any one for the platform.',
    answer: {
      status: 200,
      description: 'The organization.',
      type: MembershipDto,
      example: MEMBERSHIP_EXAMPLE,
    },
    problems: [],
  })
  async getOrganization(
    @CurrentCaller() { actor }: Caller,
    @Param('org_id') id: string,
  ): Promise<MembershipDto> {
    return toMembership(await this.ownTenants.getOrganization(actor, id));
  }

  @Get(':org_id/projects')
  @Authorized('memberships:read')
  @Operation({
    id: 'listProjects',
    summary: 'List my projects',
    description: 'The projects of the organization that the caller may act in; all for the platform.',
    answer: {
      status: 200,
      description: 'One page of projects.',
      type: ProjectPageDto,
      example: { data: [PROJECT_EXAMPLE], next_cursor: null },
    },
    problems: [],
  })
  async listProjects(
    @CurrentCaller() { actor }: Caller,
    @Param('org_id') organizationId: string,
    @Query() query: PageQuery,
  ): Promise<ProjectPageDto> {
    const { data, nextCursor } = await this.ownTenants.listProjects(actor, organizationId, query);
    return { data: data.map(toProject), next_cursor: nextCursor };
  }

  @Get(':org_id/projects/:project_id')
  @Authorized('memberships:read')
  @Operation({
    id: 'getProject',
    summary: 'Get a project',
    description: 'One project that the caller may act in; any one for the platform.',
    answer: { status: 200, description: 'The project.', type: ProjectDto, example: PROJECT_EXAMPLE },
    problems: [],
  })
  async getProject(
    @CurrentCaller() { actor }: Caller,
    @Param('org_id') organizationId: string,
    @Param('project_id') id: string,
  ): Promise<ProjectDto> {
    return toProject(await this.ownTenants.getProject(actor, organizationId, id));
  }
}
