import { Body, Controller, Delete, HttpCode, Param, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Operation } from '../openapi/operation.decorator.js';
import type { Caller } from '../auth/caller.js';
import { Authorized, CurrentCaller } from '../access/authorized.decorator.js';
import {
  MEMBER_EXAMPLE,
  MemberDto,
  ORGANIZATION_EXAMPLE,
  OrganizationDto,
  PROJECT_EXAMPLE,
  ProjectDto,
  PutMemberDto,
  PutOrganizationDto,
  PutProjectDto,
  toMember,
  toOrganization,
  toProject,
} from './dto/organization.dto.js';
import { ProvisioningService } from './provisioning.service.js';
import { SubjectPipe } from './subject.pipe.js';

/** Calls for the platform alone: a machine token with the scope `registry:admin`, of a client that no tenant owns. */
@ApiTags('Provisioning')
@Controller('v1/organizations/:org_id')
export class ProvisioningController {
  constructor(private readonly provisioning: ProvisioningService) {}

  @Put()
  @Authorized('registry:admin')
  @Operation({
    id: 'putOrganization',
    summary: 'Create or update an organization',
    description:
      'Creates the organization, or changes what is sent of an existing one. The id of a deleted one stays ' +
      'reserved: 409.',
    body: {
      type: PutOrganizationDto,
      examples: {
        example: { summary: 'Example', value: { name: 'Example Ltd', trusted_clients_allowed: false } },
      },
    },
    answer: {
      status: 200,
      description: 'The organization.',
      type: OrganizationDto,
      example: ORGANIZATION_EXAMPLE,
    },
    problems: ['conflict'],
  })
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
  @Operation({
    id: 'deleteOrganization',
    summary: 'Delete an organization',
    description: 'Deletes the organization with its projects and their OAuth clients, for good.',
    answer: { status: 204, description: 'The organization is gone.' },
    problems: [],
  })
  deleteOrganization(@CurrentCaller() caller: Caller, @Param('org_id') id: string): Promise<void> {
    return this.provisioning.deleteOrganization(caller, id);
  }

  @Put('projects/:project_id')
  @Authorized('registry:admin')
  @Operation({
    id: 'putProject',
    summary: 'Create or update a project',
    description:
      "Creates the project, or changes its name. The id of a deleted project, or of another organization's, is 409.",
    body: { type: PutProjectDto, examples: { example: { summary: 'Example', value: { name: 'Web shop' } } } },
    answer: { status: 200, description: 'The project.', type: ProjectDto, example: PROJECT_EXAMPLE },
    problems: ['conflict'],
  })
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
  @Operation({
    id: 'deleteProject',
    summary: 'Delete a project',
    description: 'Deletes the project with its OAuth clients, for good.',
    answer: { status: 204, description: 'The project is gone.' },
    problems: [],
  })
  deleteProject(
    @CurrentCaller() caller: Caller,
    @Param('org_id') organizationId: string,
    @Param('project_id') id: string,
  ): Promise<void> {
    return this.provisioning.deleteProject(caller, organizationId, id);
  }

  @Put('members/:subject')
  @Authorized('registry:admin')
  @Operation({
    id: 'putMember',
    summary: 'Add a member or change the role',
    description: 'Gives the person this role in the organization, in effect with the next request.',
    body: { type: PutMemberDto, examples: { example: { summary: 'Example', value: { role: 'developer' } } } },
    answer: { status: 200, description: 'The member.', type: MemberDto, example: MEMBER_EXAMPLE },
    problems: ['conflict'],
  })
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
  @Operation({
    id: 'deleteMember',
    summary: 'Remove a member',
    description: 'Ends the membership, in effect with the next request of the person.',
    answer: { status: 204, description: 'The person is no member.' },
    problems: [],
  })
  deleteMember(
    @CurrentCaller() caller: Caller,
    @Param('org_id') organizationId: string,
    @Param('subject', SubjectPipe) subject: string,
  ): Promise<void> {
    return this.provisioning.deleteMember(caller, organizationId, subject);
  }
}
