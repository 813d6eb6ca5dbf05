import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { OrganizationAccess } from '../access/access.js';
import { Authorized, GrantedOrganization } from '../access/authorized.decorator.js';
import { Operation } from '../openapi/operation.decorator.js';
import { PageQuery } from '../pagination/page.query.js';
import { MEMBER_EXAMPLE, MemberDto, MemberPageDto, toMember } from './dto/organization.dto.js';
import { MembersReader } from './members.reader.js';
import { SubjectPipe } from './subject.pipe.js';

/** Who may act in an organization. */
@ApiTags('Organizations and projects')
@Controller('v1/organizations/:org_id/members')
export class MembersController {
  constructor(private readonly members: MembersReader) {}

  @Get()
  @Authorized('members:read')
  @Operation({
    id: 'listMembers',
    summary: 'List members',
    description:
      'The people of the organization and their roles, in the order of their subjects. For its members and the ' +
      'platform.',
    answer: {
      status: 200,
      description: 'One page of members.',
      type: MemberPageDto,
      example: { data: [MEMBER_EXAMPLE], next_cursor: null },
    },
    problems: [],
  })
  async list(
    @GrantedOrganization() { organization }: OrganizationAccess,
    @Query() query: PageQuery,
  ): Promise<MemberPageDto> {
    const { data, nextCursor } = await this.members.list(organization.id, query);
    return { data: data.map(toMember), next_cursor: nextCursor };
  }

  @Get(':subject')
  @Authorized('members:read')
  @Operation({
    id: 'getMember',
    summary: 'Get a member',
    description: 'One person of the organization. For its members and the platform.',
    answer: { status: 200, description: 'The member.', type: MemberDto, example: MEMBER_EXAMPLE },
    problems: [],
  })
  async get(
    @GrantedOrganization() { organization }: OrganizationAccess,
    @Param('subject', SubjectPipe) subject: string,
  ): Promise<MemberDto> {
    return toMember(await this.members.get(organization.id, subject));
  }
}
