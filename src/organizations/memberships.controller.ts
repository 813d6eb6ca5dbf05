import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { PageQuery } from '../pagination/page.query.js';
import { ApiProblems } from '../problem-details/api-problems.decorator.js';
import type { Caller } from '../auth/caller.js';
import { Authorized, CurrentCaller } from '../access/authorized.decorator.js';
import { MembershipPageDto, ProjectPageDto, toOrganization, toProject } from './dto/organization.dto.js';
import { OwnTenants } from '../access/own-tenants.js';

@ApiTags('Organizations and projects')
@Controller('v1/organizations')
export class MembershipsController {
  constructor(private readonly ownTenants: OwnTenants) {}

  @Get()
  @Authorized('memberships:read')
  @ApiOperation({
    operationId: 'listOrganizations',
    summary: 'List my organizations',
    description:
      'The organizations the caller may act in, with its role. A machine sees the one of its own project.',
  })
  @ApiResponse({ status: 200, description: 'One page of organizations.', type: MembershipPageDto })
  @ApiProblems('bad_request')
  async listOrganizations(
    @CurrentCaller() { actor }: Caller,
    @Query() query: PageQuery,
  ): Promise<MembershipPageDto> {
    const { data, nextCursor } = await this.ownTenants.listOrganizations(actor, query);
    return {
      data: data.map((found) => ({ ...toOrganization(found), role: found.role })),
      next_cursor: nextCursor,
    };
  }

  @Get(':org_id/projects')
  @Authorized('memberships:read')
  @ApiOperation({
    operationId: 'listProjects',
    summary: 'List my projects',
    description: 'The projects of the organization that the caller may act in.',
  })
  @ApiParam({
    name: 'org_id',
    format: 'uuid',
    description: 'Identifier of the organization.',
  })
  @ApiResponse({ status: 200, description: 'One page of projects.', type: ProjectPageDto })
  @ApiProblems('bad_request')
  async listProjects(
    @CurrentCaller() { actor }: Caller,
    @Param('org_id') organizationId: string,
    @Query() query: PageQuery,
  ): Promise<ProjectPageDto> {
    const { data, nextCursor } = await this.ownTenants.listProjects(actor, organizationId, query);
    return { data: data.map(toProject), next_cursor: nextCursor };
  }
}
