import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { integer, text } from '../../validation/shape-checks.js';
import { JudgedByRules, MayBeAbsent, Shape } from '../../validation/shape.decorator.js';
import { SECRET_LIMITS } from '../model/oauth-client.limits.js';
import { SECRET_STATUSES, type SecretStatus } from '../model/secrets-of-client.js';
import { optional } from './oauth-client.docs.js';

const NAME = {
  type: String,
  minLength: 1,
  maxLength: SECRET_LIMITS.name,
  description: 'What the secret is for, for people.',
  example: 'Production, 2027',
} as const;

const LIFE = { min: 1, max: SECRET_LIMITS.expires_in_seconds };
const OVERLAP = { min: 0, max: SECRET_LIMITS.overlap_seconds };

/** Describes a member that is a number of seconds from now, and no moment: the caller's clock may be wrong. */
const seconds = ({ min, max }: { min: number; max: number }, description: string, example: number) =>
  optional({ type: 'integer' as const, format: 'int32', minimum: min, maximum: max, description, example });

@ApiSchema({ name: 'CreateOAuthClientSecret' })
@MayBeAbsent
@JudgedByRules
export class CreateSecretDto {
  @Shape(text({ min: 1, max: SECRET_LIMITS.name }))
  @ApiProperty(optional(NAME))
  name?: string;

  @Shape(integer(LIFE))
  @ApiProperty(
    seconds(LIFE, 'Seconds from now until the secret expires; it never does unless given.', 31_536_000),
  )
  expires_in_seconds?: number;

  @Shape(integer(OVERLAP))
  @ApiProperty(
    seconds(
      OVERLAP,
      'Seconds for which the older secrets work beside the new one, though never longer than they would have. 0, ' +
        'or left out: they end at once.',
      86_400,
    ),
  )
  overlap_seconds?: number;
}

@ApiSchema({ name: 'UpdateOAuthClientSecret' })
@JudgedByRules
export class UpdateSecretDto {
  @Shape(text({ min: 1, max: SECRET_LIMITS.name }))
  @ApiProperty(optional(NAME))
  name?: string;

  @Shape(integer(LIFE))
  @ApiProperty(
    seconds(LIFE, 'Seconds from now until the secret expires, which must not be later than it would.', 3_600),
  )
  expires_in_seconds?: number;
}

/** A secret as it is shown after the one answer that had it in clear. */
@ApiSchema({ name: 'OAuthClientSecret' })
export class SecretDto {
  @ApiProperty({
    format: 'uuid',
    minLength: 36,
    maxLength: 36,
    description: 'Identifier of the secret; use it in paths.',
    example: '019aadd4-7c6e-7bd3-a2f4-6c8f5b1d2e40',
  })
  id: string;

  @ApiProperty({ ...NAME, nullable: true, description: `${NAME.description} Null unless given.` })
  name: string | null;

  @ApiProperty({
    type: String,
    minLength: 4,
    maxLength: 4,
    nullable: true,
    description:
      'The last four characters, to recognise it by; null for an imported one that the registry has not seen yet.',
    example: 'LtQk',
  })
  last_four: string | null;

  @ApiProperty({
    type: String,
    enum: [...SECRET_STATUSES],
    description:
      '`active`: works, and is the newest. `retiring`: works beside a newer one until `expires_at`. `expired`: works no ' +
      'longer; shown for 30 days.',
    example: 'active',
  })
  status: SecretStatus;

  @ApiProperty({
    format: 'date-time',
    maxLength: 24,
    description: 'When the secret was made.',
    example: '2026-11-23T09:30:00.000Z',
  })
  created: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    maxLength: 24,
    nullable: true,
    description: 'When it expires; null for one that works until somebody ends it.',
    example: null,
  })
  expires_at: string | null;

  @ApiProperty({
    type: String,
    format: 'date-time',
    maxLength: 24,
    nullable: true,
    description: 'When it was last used, to the minute; null if it never was.',
    example: '2026-11-23T10:15:00.000Z',
  })
  last_used_at: string | null;
}

@ApiSchema({ name: 'OAuthClientSecretList' })
export class SecretListDto {
  @ApiProperty({
    type: [SecretDto],
    maxItems: SECRET_LIMITS.listed,
    description: 'The secrets that work and those that expired in the last 30 days, newest first.',
  })
  data: SecretDto[];
}

export const SECRET_EXAMPLE = {
  id: '019aadd4-7c6e-7bd3-a2f4-6c8f5b1d2e40',
  name: NAME.example,
  last_four: 'LtQk',
  status: 'active',
  created: '2026-11-23T09:30:00.000Z',
  expires_at: null,
  last_used_at: '2026-11-23T10:15:00.000Z',
};
