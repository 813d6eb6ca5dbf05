import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../openapi/operation.decorator.js';
import { PageQuery } from '../pagination/page.query.js';
import type { Caller } from '../auth/caller.js';
import { Authorized, CurrentCaller } from '../access/authorized.decorator.js';
import {
  MembershipPageDto,
  ORGANIZATION_EXAMPLE,
  PROJECT_EXAMPLE,
  ProjectPageDto,
  toOrganization,
  toProject,
} from './dto/organization.dto.js';
import { OwnTenants } from '../access/own-tenants.js';

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
      'The organizations the caller may act in, with its role. A machine sees the one of its own project.',
    answer: {
      status: 200,
      description: 'One page of organizations.',
      type: MembershipPageDto,
      example: { data: [{ ...ORGANIZATION_EXAMPLE, role: 'developer' }], next_cursor: null },
    },
    problems: [],
  })
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
  @Operation({
    id: 'listProjects',
    summary: 'List my projects',
    description: 'The projects of the organization that the caller may act in.',
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
}
