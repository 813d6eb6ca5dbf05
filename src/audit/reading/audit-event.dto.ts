import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { MAX_LIMIT, NEXT_CURSOR } from '../../pagination/page.query.js';
import type { ActorRecord } from '../actor-record.js';
import { AUDIT_ACTIONS, type AuditAction, type AuditChanges } from '../audit-event.entity.js';
import type { LoadedEvent } from './audit-events.statements.js';

export const ACTOR_KINDS = ['person', 'machine', 'system'] as const;
type ActorKind = (typeof ACTOR_KINDS)[number];

const UUID = { type: String, format: 'uuid', minLength: 36, maxLength: 36 } as const;
const TEXT = { type: String, maxLength: 2_048 } as const;

@ApiSchema({ name: 'AuditActor' })
export class AuditActorDto {
  @ApiProperty({
    type: String,
    enum: [...ACTOR_KINDS],
    description: '`system`: the registry itself, as when a secret expires, or a command of its operator.',
    example: 'person',
  })
  kind: ActorKind;

  @ApiProperty({
    ...TEXT,
    description: "A person's Kratos identity id; a machine's `client_id`.",
    example: '3a1f6c1e-0b0e-4d7e-8a55-7a1d2c3b4a59',
  })
  subject: string;

  @ApiProperty({
    ...TEXT,
    nullable: true,
    description: 'The client that the token was issued to; null for a Kratos session.',
    example: '5f0c2b9e-3d1a-4c47-9a55-0d6f3f1f7f10',
  })
  client_id: string | null;

  @ApiProperty({ ...TEXT, description: 'Who issued the token.', example: 'https://auth.example.com/' })
  issuer: string;
}

@ApiSchema({ name: 'AuditEvent' })
export class AuditEventDto {
  @ApiProperty({
    ...UUID,
    description: 'Identifier of the event.',
    example: '019aadd4-8f2a-7bd3-a2f4-6c8f5b1d2e41',
  })
  id: string;

  @ApiProperty({
    format: 'date-time',
    maxLength: 24,
    description: 'When it happened, by the clock of the database.',
    example: '2026-11-23T09:45:00.000Z',
  })
  created: string;

  @ApiProperty({
    type: String,
    enum: [...AUDIT_ACTIONS],
    description: 'What happened.',
    example: 'oauth_client.updated',
  })
  action: AuditAction;

  @ApiProperty({ type: AuditActorDto, description: 'Who did it.' })
  actor: AuditActorDto;

  @ApiProperty({
    ...UUID,
    description: 'The organization that it happened in.',
    example: '019aadd4-0000-7bd3-a2f4-6c8f5b1d2e3f',
  })
  organization_id: string;

  @ApiProperty({
    ...UUID,
    nullable: true,
    description:
      'The project that it happened in or to; null for events of the organization and its members.',
    example: '019aadd4-1111-7bd3-a2f4-6c8f5b1d2e3f',
  })
  project_id: string | null;

  @ApiProperty({
    ...UUID,
    nullable: true,
    description: 'The `id` of the OAuth client that it happened to; null if none.',
    example: '019aadd4-7c6e-7bd3-a2f4-6c8f5b1d2e3f',
  })
  oauth_client_id: string | null;

  @ApiProperty({
    ...UUID,
    nullable: true,
    description: 'The secret that was made, changed or ended; null if none was.',
    example: null,
  })
  secret_id: string | null;

  @ApiProperty({
    type: 'integer',
    format: 'int32',
    minimum: 1,
    maximum: 2_147_483_647,
    nullable: true,
    description: 'The revision of the client after it; null if it happened to none.',
    example: 2,
  })
  revision: number | null;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'object', additionalProperties: true },
    description:
      'What changed, by member: `{ from, to }`, of lists `{ added, removed }`; of something new every member that ' +
      'is not null or empty; `{}` if no member changed. In events `oauth_client.secret_*` the members are those of ' +
      'the secret. Replayed in the order of `revision`, the others of a client give its present members, lists as ' +
      'sets. 30 days after a client was deleted its names, texts, addresses and scopes become `{ "erased": true ' +
      '}`. Never a secret.',
    example: { name: { from: 'Shop', to: 'Web shop' }, scopes: { added: ['orders:read'], removed: [] } },
  })
  changes: AuditChanges;

  @ApiProperty({
    maxLength: 64,
    description: 'The `X-Request-Id` of the call, by which the logs are searched.',
    example: '7159f582-b9c6-40fb-b7b0-9278f09da416',
  })
  request_id: string;
}

@ApiSchema({ name: 'AuditEventPage' })
export class AuditEventPageDto {
  @ApiProperty({
    type: [AuditEventDto],
    maxItems: MAX_LIMIT,
    description:
      'The events of this page. With `action` or `actor` a page may have fewer than `limit`, or none, before the last one.',
  })
  data: AuditEventDto[];

  @ApiProperty({
    ...NEXT_CURSOR,
    description:
      'Send it as `cursor` to get the next page. Null on the last one; with `order=asc` never null: there it asks ' +
      'for what has happened since.',
  })
  next_cursor: string | null;
}

export const AUDIT_EVENT_EXAMPLE = {
  id: '019aadd4-8f2a-7bd3-a2f4-6c8f5b1d2e41',
  created: '2026-11-23T09:45:00.000Z',
  action: 'oauth_client.updated',
  actor: {
    kind: 'person',
    subject: '3a1f6c1e-0b0e-4d7e-8a55-7a1d2c3b4a59',
    client_id: '5f0c2b9e-3d1a-4c47-9a55-0d6f3f1f7f10',
    issuer: 'https://auth.example.com/',
  },
  organization_id: '019aadd4-0000-7bd3-a2f4-6c8f5b1d2e3f',
  project_id: '019aadd4-1111-7bd3-a2f4-6c8f5b1d2e3f',
  oauth_client_id: '019aadd4-7c6e-7bd3-a2f4-6c8f5b1d2e3f',
  secret_id: null,
  revision: 2,
  changes: { name: { from: 'Shop', to: 'Web shop' } },
  request_id: '7159f582-b9c6-40fb-b7b0-9278f09da416',
};

export const toAuditEvent = (event: LoadedEvent): AuditEventDto => ({
  id: event.id,
  created: event.created.toISOString(),
  action: event.action,
  actor: toActor(event.actor),
  organization_id: event.organization_id,
  project_id: event.project_id,
  oauth_client_id: event.oauth_client_id,
  secret_id: event.secret_id,
  revision: event.revision,
  changes: event.changes,
  request_id: event.request_id,
});

const toActor = (actor: ActorRecord): AuditActorDto => ({
  kind: kindOf(actor),
  subject: actor.subject,
  client_id: actor.client_id,
  issuer: actor.issuer,
});

/** What the registry does by itself is recorded with an issuer that begins so, which no token can have. */
const SYSTEM = 'urn:oauth-client-registry:';

function kindOf({ issuer, subject, client_id }: ActorRecord): ActorKind {
  if (issuer.startsWith(SYSTEM)) return 'system';
  return subject === client_id ? 'machine' : 'person';
}
