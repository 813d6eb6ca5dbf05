import { Controller, Get, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Access, OrganizationAccess } from '../../access/access.js';
import { Authorized, Granted, GrantedOrganization } from '../../access/authorized.decorator.js';
import { Operation } from '../../openapi/operation.decorator.js';
import type { Page } from '../../pagination/page.js';
import { AUDIT_EVENT_EXAMPLE, AuditEventPageDto, toAuditEvent } from './audit-event.dto.js';
import { AuditEventsQuery, ClientAuditEventsQuery } from './audit-events.query.js';
import { AuditEventsReader, idOrNone, type Owned } from './audit-events.reader.js';
import type { LoadedEvent } from './audit-events.statements.js';

const ANSWER = {
  status: 200,
  description: 'One page of events.',
  type: AuditEventPageDto,
  example: { data: [AUDIT_EVENT_EXAMPLE], next_cursor: null },
} as const;

const FEED =
  'Newest first, or with `order=asc` a feed: keep its `next_cursor`, and ask with it again for what has ' +
  'happened since.';

/** What happened, to whom, and who did it. */
@ApiTags('Audit events')
@Controller('v1/organizations/:org_id')
export class AuditEventsController {
  constructor(private readonly reader: AuditEventsReader) {}

  @Get('projects/:project_id/oauth-clients/:oauth_client_id/audit-events')
  @Authorized('oauth_clients:read')
  @Operation({
    id: 'listOAuthClientAuditEvents',
    summary: 'History of an OAuth client',
    description: `What changed of the client and its secrets, by whom, from what to what. ${FEED} Needs the role viewer.`,
    answer: ANSWER,
    problems: [],
  })
  ofClient(
    @Granted() { tenant, client }: Access,
    @Query() query: ClientAuditEventsQuery,
  ): Promise<AuditEventPageDto> {
    const ids = { organization_id: tenant.organizationId, project_id: tenant.projectId };
    return this.answer({ owner: 'client', ...ids, oauth_client_id: client?.id ?? null }, query);
  }

  @Get('projects/:project_id/audit-events')
  @Authorized('oauth_clients:read')
  @Operation({
    id: 'listProjectAuditEvents',
    summary: 'History of a project',
    description: `What happened to the project and its clients, deleted ones too. ${FEED} Needs the role viewer.`,
    answer: ANSWER,
    problems: [],
  })
  ofProject(@Granted() { tenant }: Access, @Query() query: AuditEventsQuery): Promise<AuditEventPageDto> {
    const ids = { organization_id: tenant.organizationId, project_id: tenant.projectId };
    const { oauth_client_id } = query;
    return this.answer(
      oauth_client_id === undefined
        ? { owner: 'project', ...ids, oauth_client_id: null }
        : { owner: 'client', ...ids, oauth_client_id: idOrNone(oauth_client_id) },
      query,
    );
  }

  @Get('audit-events')
  @Authorized('organization_audit:read')
  @Operation({
    id: 'listOrganizationAuditEvents',
    summary: 'History of an organization',
    description:
      `What happened to the organization, its members, its projects and their clients. ${FEED} Needs the role admin. The ` +
      'platform is shown what happened to the organization, its members and its projects, and nothing of clients.',
    answer: ANSWER,
    problems: [],
  })
  ofOrganization(
    @GrantedOrganization() { organization, isPlatform }: OrganizationAccess,
    @Query() query: AuditEventsQuery,
  ): Promise<AuditEventPageDto> {
    const ids = { organization_id: organization.id, project_id: null };
    const { oauth_client_id } = query;
    if (oauth_client_id === undefined) {
      return this.answer(
        { owner: isPlatform ? 'tenants' : 'organization', ...ids, oauth_client_id: null },
        query,
      );
    }
    // The platform may see nothing of clients: it gets the same as for an id that no client has.
    const id = idOrNone(isPlatform ? '' : oauth_client_id);
    return this.answer({ owner: 'client_of_organization', ...ids, oauth_client_id: id }, query);
  }

  private async answer(owned: Owned, query: AuditEventsQuery): Promise<AuditEventPageDto> {
    const { data, nextCursor }: Page<LoadedEvent> = await this.reader.read(owned, query);
    return { data: data.map(toAuditEvent), next_cursor: nextCursor };
  }
}
