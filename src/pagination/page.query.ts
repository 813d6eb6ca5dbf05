import { ApiProperty } from '@nestjs/swagger';
import { integerText, token } from '../validation/shape-checks.js';
import { Shape } from '../validation/shape.decorator.js';

const LIMIT = { min: 1, max: 100 };
const DEFAULT_LIMIT = 20;

/** The query of every list. */
export class PageQuery {
  @Shape(integerText(LIMIT))
  @ApiProperty({
    type: 'integer',
    required: false,
    minimum: LIMIT.min,
    maximum: LIMIT.max,
    default: DEFAULT_LIMIT,
    description: 'How many to answer at most.',
  })
  limit?: string;

  @Shape(token({ max: 64 }))
  @ApiProperty({
    required: false,
    maxLength: 64,
    description: '`next_cursor` of the page before, as it was given.',
  })
  cursor?: string;
}

/** How the page of every list documents its `next_cursor`. */
export const NEXT_CURSOR = {
  type: String,
  nullable: true,
  description: 'Send it as `cursor` to get the next page; null on the last one.',
  example: null,
};

export const limitOf = ({ limit }: PageQuery): number =>
  limit === undefined ? DEFAULT_LIMIT : Number(limit);
