import { Body, Controller, Delete, HttpCode, Param, Put } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Caller } from '../auth/caller.js';
import { Authorized, CurrentCaller } from '../access/authorized.decorator.js';
import {
  MemberDto,
  OrganizationDto,
  ProjectDto,
  PutMemberDto,
  PutOrganizationDto,
  PutProjectDto,
  toMember,
  toOrganization,
  toProject,
} from './dto/organization.dto.js';
import { ApiProblems } from '../problem-details/api-problems.decorator.js';
import { ProvisioningService } from './provisioning.service.js';
import { TENANT_LIMITS } from '../tenants/limits.js';
import { SubjectPipe } from './subject.pipe.js';

const OrganizationPath = ApiParam({
  name: 'org_id',
  format: 'uuid',
  description: 'Any UUID (RFC 9562); the platform chooses it.',
});
const ProjectPath = ApiParam({
  name: 'project_id',
  format: 'uuid',
  description: 'Any UUID (RFC 9562); the platform chooses it.',
});
const SubjectPath = ApiParam({
  name: 'subject',
  schema: { type: 'string', minLength: 1, maxLength: TENANT_LIMITS.subject },
  description: "The person: the Kratos identity's id.",
});
const PutProblems = () =>
  ApiProblems('bad_request', 'conflict', 'payload_too_large', 'unsupported_media_type', 'validation_failed');

/** For the platform: a machine token with the scope `registry:admin`, of a client that is no tenant's. */
@ApiTags('Provisioning')
@Controller('v1/organizations/:org_id')
export class ProvisioningController {
  constructor(private readonly provisioning: ProvisioningService) {}

  @Put()
  @Authorized('registry:admin')
  @ApiOperation({
    operationId: 'putOrganization',
    summary: 'Create or update an organization',
    description:
      'Makes the organization, or gives it this name and setting. The id of a deleted one stays reserved: 409.',
  })
  @OrganizationPath
  @ApiResponse({ status: 200, description: 'The organization.', type: OrganizationDto })
  @PutProblems()
  async putOrganization(
    @CurrentCaller() caller: Caller,
    @Param('org_id') id: string,
    @Body() body: PutOrganizationDto,
  ): Promise<OrganizationDto> {
    return toOrganization(await this.provisioning.putOrganization(caller, id, body));
  }

  @Delete()
  @HttpCode(204)
  @Authorized('registry:admin')
  @ApiOperation({
    operationId: 'deleteOrganization',
    summary: 'Delete an organization',
    description: 'Deletes the organization with its projects and their OAuth clients, for good.',
  })
  @OrganizationPath
  @ApiResponse({ status: 204, description: 'The organization is gone.' })
  deleteOrganization(@CurrentCaller() caller: Caller, @Param('org_id') id: string): Promise<void> {
    return this.provisioning.deleteOrganization(caller, id);
  }

  @Put('projects/:project_id')
  @Authorized('registry:admin')
  @ApiOperation({
    operationId: 'putProject',
    summary: 'Create or update a project',
    description:
      'Makes the project, or gives it this name. An id that is deleted or of another organization: 409.',
  })
  @OrganizationPath
  @ProjectPath
  @ApiResponse({ status: 200, description: 'The project.', type: ProjectDto })
  @PutProblems()
  async putProject(
    @CurrentCaller() caller: Caller,
    @Param('org_id') organizationId: string,
    @Param('project_id') id: string,
    @Body() body: PutProjectDto,
  ): Promise<ProjectDto> {
    return toProject(await this.provisioning.putProject(caller, organizationId, id, body));
  }

  @Delete('projects/:project_id')
  @HttpCode(204)
  @Authorized('registry:admin')
  @ApiOperation({
    operationId: 'deleteProject',
    summary: 'Delete a project',
    description: 'Deletes the project with its OAuth clients, for good.',
  })
  @OrganizationPath
  @ProjectPath
  @ApiResponse({ status: 204, description: 'The project is gone.' })
  deleteProject(
    @CurrentCaller() caller: Caller,
    @Param('org_id') organizationId: string,
    @Param('project_id') id: string,
  ): Promise<void> {
    return this.provisioning.deleteProject(caller, organizationId, id);
  }

  @Put('members/:subject')
  @Authorized('registry:admin')
  @ApiOperation({
    operationId: 'putMember',
    summary: 'Add a member or change the role',
    description:
      'Makes the person a member of the organization with this role, in effect with the next request.',
  })
  @OrganizationPath
  @SubjectPath
  @ApiResponse({ status: 200, description: 'The member.', type: MemberDto })
  @PutProblems()
  async putMember(
    @CurrentCaller() caller: Caller,
    @Param('org_id') organizationId: string,
    @Param('subject', SubjectPipe) subject: string,
    @Body() body: PutMemberDto,
  ): Promise<MemberDto> {
    return toMember(await this.provisioning.putMember(caller, organizationId, subject, body));
  }

  @Delete('members/:subject')
  @HttpCode(204)
  @Authorized('registry:admin')
  @ApiOperation({
    operationId: 'deleteMember',
    summary: 'Remove a member',
    description: 'Ends the membership, in effect with the next request of the person.',
  })
  @OrganizationPath
  @SubjectPath
  @ApiResponse({ status: 204, description: 'The person is no member.' })
  @ApiProblems('bad_request')
  deleteMember(
    @CurrentCaller() caller: Caller,
    @Param('org_id') organizationId: string,
    @Param('subject', SubjectPipe) subject: string,
  ): Promise<void> {
    return this.provisioning.deleteMember(caller, organizationId, subject);
  }
}
