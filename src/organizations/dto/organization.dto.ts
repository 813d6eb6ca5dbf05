import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { MAX_LIMIT, NEXT_CURSOR } from '../../pagination/page.query.js';
import { boolean, oneOf, text } from '../../validation/shape-checks.js';
import { ReadOnly, Shape } from '../../validation/shape.decorator.js';
import { TENANT_LIMITS } from '../../tenants/limits.js';
import type { LoadedMember } from '../../tenants/organization-member.entity.js';
import type { Membership } from '../../tenants/membership.js';
import type { Organization } from '../../tenants/organization.entity.js';
import type { LoadedProject } from '../../tenants/project.entity.js';
import { ROLES, type Role } from '../../tenants/role.js';

const NAME = {
  minLength: 1,
  maxLength: TENANT_LIMITS.name,
  description: 'Name for people; need not be unique.',
  example: 'Example Ltd',
};
const ID = { readOnly: true, format: 'uuid', minLength: 36, maxLength: 36 };
const CREATED = {
  readOnly: true,
  format: 'date-time',
  maxLength: 24,
  description: 'When it was created.',
  example: '2026-11-23T09:30:00.000Z',
};
const MODIFIED = {
  readOnly: true,
  format: 'date-time',
  maxLength: 24,
  description: 'When it last changed.',
  example: '2026-11-23T09:45:00.000Z',
};
const TRUSTED_CLIENTS_ALLOWED =
  'Whether its admins may mark clients as trusted: those skip consent for every user of the authorization server.';
const ROLE =
  '`viewer` reads; `developer` also creates, updates and rotates; `admin` also deletes and manages privileged clients.';

const TIMES = { created: CREATED.example, modified: MODIFIED.example };
const ORGANIZATION_ID = '019aadd4-0000-7bd3-a2f4-6c8f5b1d2e3f';
export const ORGANIZATION_EXAMPLE = {
  id: ORGANIZATION_ID,
  name: NAME.example,
  trusted_clients_allowed: false,
  ...TIMES,
};
export const PROJECT_EXAMPLE = {
  id: '019aadd4-1111-7bd3-a2f4-6c8f5b1d2e3f',
  organization_id: ORGANIZATION_ID,
  name: 'Web shop',
  ...TIMES,
};
export const MEMBER_EXAMPLE = {
  organization_id: ORGANIZATION_ID,
  subject: '3a1f6c1e-0b0e-4d7e-8a55-7a1d2c3b4a59',
  role: 'developer',
  ...TIMES,
};

/** On every call absent and null mean the same. */
const LEFT_AS_IT_IS = { required: false, nullable: true };
const NEEDED = 'Needed for a new one; absent or null leaves it as it is.';

@ApiSchema({ name: 'PutOrganization' })
export class PutOrganizationDto {
  @Shape(text({ min: 1, max: TENANT_LIMITS.name }))
  @ApiProperty({ ...NAME, ...LEFT_AS_IT_IS, description: `${NAME.description} ${NEEDED}` })
  name?: string;

  @Shape(boolean)
  @ApiProperty({
    ...LEFT_AS_IT_IS,
    description: `${TRUSTED_CLIENTS_ALLOWED} False for a new one; absent or null leaves it as it is.`,
    example: false,
  })
  trusted_clients_allowed?: boolean;
}

@ApiSchema({ name: 'PutProject' })
export class PutProjectDto {
  @Shape(text({ min: 1, max: TENANT_LIMITS.name }))
  @ApiProperty({
    ...NAME,
    ...LEFT_AS_IT_IS,
    description: `${NAME.description} ${NEEDED}`,
    example: 'Web shop',
  })
  name?: string;
}

@ApiSchema({ name: 'PutMember' })
export class PutMemberDto {
  @Shape(oneOf(ROLES))
  @ApiProperty({
    ...LEFT_AS_IT_IS,
    type: String,
    enum: [...ROLES],
    description: `${ROLE} ${NEEDED}`,
    example: 'developer',
  })
  role?: Role;
}

@ApiSchema({ name: 'Organization' })
@ReadOnly('id', 'created', 'modified')
export class OrganizationDto {
  @ApiProperty({ ...ID, description: 'Identifier of the organization, chosen by the platform.' })
  id: string;

  @ApiProperty(NAME)
  name: string;

  @ApiProperty({ description: TRUSTED_CLIENTS_ALLOWED, example: false })
  trusted_clients_allowed: boolean;

  @ApiProperty(CREATED)
  created: string;

  @ApiProperty(MODIFIED)
  modified: string;
}

/** An organization as a caller sees it who may act in it: with the caller's role. */
@ApiSchema({ name: 'Membership' })
export class MembershipDto extends OrganizationDto {
  @ApiProperty({
    type: String,
    enum: [...ROLES],
    nullable: true,
    description: `The caller's role, null for a machine and for the platform. ${ROLE}`,
    example: 'developer',
  })
  role: Role | null;
}

@ApiSchema({ name: 'Project' })
@ReadOnly('id', 'organization_id', 'created', 'modified')
export class ProjectDto {
  @ApiProperty({ ...ID, description: 'Identifier of the project, chosen by the platform.' })
  id: string;

  @ApiProperty({ ...ID, description: 'The organization it belongs to.' })
  organization_id: string;

  @ApiProperty({ ...NAME, example: 'Web shop' })
  name: string;

  @ApiProperty(CREATED)
  created: string;

  @ApiProperty(MODIFIED)
  modified: string;
}

@ApiSchema({ name: 'Member' })
@ReadOnly('organization_id', 'created', 'modified')
export class MemberDto {
  @ApiProperty({ ...ID, description: 'The organization.' })
  organization_id: string;

  @ApiProperty({
    minLength: 1,
    maxLength: TENANT_LIMITS.subject,
    description: "The person: the `sub` of their tokens, which is the Kratos identity's id.",
    example: MEMBER_EXAMPLE.subject,
  })
  subject: string;

  @ApiProperty({ enum: [...ROLES], description: ROLE, example: 'developer' })
  role: Role;

  @ApiProperty(CREATED)
  created: string;

  @ApiProperty(MODIFIED)
  modified: string;
}

@ApiSchema({ name: 'MembershipPage' })
export class MembershipPageDto {
  @ApiProperty({
    type: [MembershipDto],
    maxItems: MAX_LIMIT,
    description: 'The organizations of this page.',
  })
  data: MembershipDto[];

  @ApiProperty(NEXT_CURSOR)
  next_cursor: string | null;
}

@ApiSchema({ name: 'ProjectPage' })
export class ProjectPageDto {
  @ApiProperty({ type: [ProjectDto], maxItems: MAX_LIMIT, description: 'The projects of this page.' })
  data: ProjectDto[];

  @ApiProperty(NEXT_CURSOR)
  next_cursor: string | null;
}

@ApiSchema({ name: 'MemberPage' })
export class MemberPageDto {
  @ApiProperty({ type: [MemberDto], maxItems: MAX_LIMIT, description: 'The members of this page.' })
  data: MemberDto[];

  @ApiProperty(NEXT_CURSOR)
  next_cursor: string | null;
}

export const toOrganization = (organization: Organization): OrganizationDto => ({
  id: organization.id,
  name: organization.name,
  trusted_clients_allowed: organization.trusted_clients_allowed,
  created: organization.created.toISOString(),
  modified: organization.modified.toISOString(),
});

export const toMembership = (membership: Membership): MembershipDto => ({
  ...toOrganization(membership),
  role: membership.role,
});

export const toProject = (project: LoadedProject): ProjectDto => ({
  id: project.id,
  organization_id: project.organization_id,
  name: project.name,
  created: project.created.toISOString(),
  modified: project.modified.toISOString(),
});

export const toMember = (member: LoadedMember): MemberDto => ({
  organization_id: member.organization_id,
  subject: member.subject,
  role: member.role,
  created: member.created.toISOString(),
  modified: member.modified.toISOString(),
});
