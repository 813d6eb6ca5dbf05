import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import type { AuditChanges } from '../../audit/audit-event.entity.js';
import { Shape, type ShapeCheck } from '../../validation/shape.decorator.js';
import { MAX_ADVICE } from '../advice/advice.js';
import { EFFECTS, type Effect, type EffectCode } from '../effects.js';
import { ADVICE_EXAMPLE, AdviceDto } from './advice.dto.js';

const onlyTrue: ShapeCheck = (value) =>
  value === 'true' ? [] : [{ code: 'not_allowed', detail: 'Must be true, or left out for the real call.' }];

/** The query of every call that can be made as a dry run. */
export class DryRunQuery {
  @Shape(onlyTrue)
  @ApiProperty({
    type: 'boolean',
    enum: [true],
    required: false,
    description:
      '`true`: tells what the call would do, and nothing is written. The call is authorized, checked and refused ' +
      'as the real one; else the answer is 200 with a `DryRun`. Leave it out for the real call.',
  })
  dry_run?: 'true';
}

@ApiSchema({ name: 'Effect' })
export class EffectDto implements Effect {
  @ApiProperty({
    enum: Object.keys(EFFECTS),
    description: 'Stable code, explained in `docs/advice.md`. New versions bring new ones.',
    example: 'secrets_end',
  })
  code: EffectCode;

  @ApiProperty({
    maxLength: 512,
    description: 'What happens in this very case.',
    example: 'One secret ends at once.',
  })
  detail: string;
}

/** What a call would do, had it not been asked with `dry_run`. */
@ApiSchema({ name: 'DryRun' })
export class DryRunDto {
  @ApiProperty({
    type: Boolean,
    enum: [true],
    description: 'Tells this answer from the one to the real call.',
    example: true,
  })
  dry_run: true;

  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'object', additionalProperties: true },
    description:
      'What the audit event would hold, by member: `from` and `to`, or of a list `added` and `removed`. Empty if ' +
      'no member changes.',
    example: { redirect_uris: { added: ['https://shop.example.com/cb'], removed: [] } },
  })
  changes: AuditChanges;

  @ApiProperty({
    type: [EffectDto],
    maxItems: Object.keys(EFFECTS).length,
    description: 'What else would happen.',
  })
  effects: readonly Effect[];

  @ApiProperty({
    type: [AdviceDto],
    maxItems: MAX_ADVICE,
    description: 'What the client would be advised afterwards.',
  })
  advice: readonly AdviceDto[];
}

export const DRY_RUN_EXAMPLE = {
  dry_run: true,
  changes: { pkce_required: { from: true, to: false }, pkce_challenge_method: { from: 'S256', to: null } },
  effects: [],
  advice: [ADVICE_EXAMPLE],
};
