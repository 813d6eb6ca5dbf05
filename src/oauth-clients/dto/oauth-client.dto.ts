import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { MAX_LIMIT, NEXT_CURSOR } from '../../pagination/page.query.js';
import { ReadOnly } from '../../validation/shape.decorator.js';
import { MAX_ADVICE } from '../advice/advice.js';
import { AdviceDto } from './advice.dto.js';
import { SYNC_STATUSES, type SyncProblem, type SyncStatus } from '../model/oauth-client.vocabulary.js';
import { answerWithMembers } from './member-dtos.js';
import { CLIENT_ID } from './oauth-client.docs.js';

@ApiSchema({ name: 'SyncProblem' })
export class SyncProblemDto implements SyncProblem {
  @ApiProperty({
    maxLength: 64,
    pattern: '^[a-z_]+$',
    description: 'Stable code of the problem.',
    example: 'rejected_by_authorization_server',
  })
  code: string;

  @ApiProperty({
    maxLength: 2_048,
    description: 'What is wrong, and what to do about it.',
    example: 'The authorization server refused it.',
  })
  detail: string;
}

/** The representation that every call on a client answers with. */
@ApiSchema({ name: 'OAuthClient' })
@ReadOnly(
  'id',
  'client_id',
  'project_id',
  'created',
  'modified',
  'client_secret',
  'secret_id',
  'sync_status',
  'sync_problem',
  'last_used_at',
  'last_refused_at',
  'secrets_expire_at',
  'advice',
)
export class OAuthClientDto extends answerWithMembers() {
  @ApiProperty({
    readOnly: true,
    format: 'uuid',
    minLength: 36,
    maxLength: 36,
    description: "The registry's identifier of the client; use it in paths.",
    example: '019aadd4-7c6e-7bd3-a2f4-6c8f5b1d2e3f',
  })
  id: string;

  @ApiProperty({
    readOnly: true,
    ...CLIENT_ID,
    description:
      'The identifier that the authorization server knows the client by; use it in OAuth flows. A UUID, except for ' +
      'clients that the operator has imported with another id (`hydra:import --any-client-id`): generated code ' +
      'that reads it as a type for UUIDs fails on those.',
    example: '5f0c2b9e-3d1a-4c47-9a55-0d6f3f1f7f10',
  })
  client_id: string;

  @ApiProperty({
    readOnly: true,
    format: 'uuid',
    minLength: 36,
    maxLength: 36,
    description: 'The project that owns the client.',
    example: '019aadd4-1111-7bd3-a2f4-6c8f5b1d2e3f',
  })
  project_id: string;

  @ApiProperty({
    readOnly: true,
    format: 'date-time',
    maxLength: 24,
    description: 'When the client was created.',
    example: '2026-11-23T09:30:00.000Z',
  })
  created: string;

  @ApiProperty({
    readOnly: true,
    format: 'date-time',
    maxLength: 24,
    description: 'When somebody last changed the client. A request that changes nothing leaves it.',
    example: '2026-11-23T09:45:00.000Z',
  })
  modified: string;

  @ApiProperty({
    readOnly: true,
    type: String,
    nullable: true,
    minLength: 47,
    maxLength: 47,
    pattern: '^ocs_[A-Za-z0-9_-]{43}$',
    description:
      'The secret, in the answer to the call that made it; null in every other. It cannot be read again: keep it ' +
      'safe, or make a new one.',
    example: null,
  })
  client_secret: string | null;

  @ApiProperty({
    readOnly: true,
    minLength: 36,
    maxLength: 36,
    type: String,
    format: 'uuid',
    nullable: true,
    description: 'The `id` of the secret that this answer shows; null in every other.',
    example: null,
  })
  secret_id: string | null;

  @ApiProperty({
    readOnly: true,
    type: String,
    enum: [...SYNC_STATUSES],
    description:
      'Whether the authorization server has this state. `pending`: not yet. `failed`: no, see `sync_problem`.',
    example: 'synced',
  })
  sync_status: SyncStatus;

  @ApiProperty({
    readOnly: true,
    type: SyncProblemDto,
    nullable: true,
    description:
      'Why the authorization server does not have this state, or not the secret, and what to do; null while ' +
      'nothing is wrong.',
    example: null,
  })
  sync_problem: SyncProblemDto | null;

  @ApiProperty({
    readOnly: true,
    maxLength: 24,
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'When the client last authenticated with one of its secrets, to the minute; null if it never did, as public ' +
      'clients do not.',
    example: '2026-11-23T10:15:00.000Z',
  })
  last_used_at: string | null;

  @ApiProperty({
    readOnly: true,
    maxLength: 24,
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'When a request that named this client without a secret that works was last refused, to the minute; null if ' +
      'none was. With Hydra but without the token gate only expired and ended secrets are noticed.',
    example: null,
  })
  last_refused_at: string | null;

  @ApiProperty({
    readOnly: true,
    maxLength: 24,
    type: String,
    format: 'date-time',
    nullable: true,
    description:
      'When the first of its working secrets expires; null if none of them does. Moves on within seconds once it ' +
      'has.',
    example: null,
  })
  secrets_expire_at: string | null;

  @ApiProperty({
    readOnly: true,
    type: [AdviceDto],
    maxItems: MAX_ADVICE,
    description:
      'What is allowed and could be better; `docs/advice.md` explains the codes. It refuses nothing. Ages count ' +
      'whole days.',
    example: [],
  })
  advice: readonly AdviceDto[];
}

@ApiSchema({ name: 'OAuthClientPage' })
export class OAuthClientPageDto {
  @ApiProperty({
    type: [OAuthClientDto],
    maxItems: MAX_LIMIT,
    description: 'The clients of this page, in the order of `sort`.',
  })
  data: OAuthClientDto[];

  @ApiProperty(NEXT_CURSOR)
  next_cursor: string | null;

  @ApiProperty({
    type: 'integer',
    format: 'int32',
    minimum: 0,
    maximum: 2_147_483_647,
    required: false,
    description: 'How many clients the filters hold for, on all pages. Only if `count=true` was sent.',
    example: 1,
  })
  count?: number;
}
