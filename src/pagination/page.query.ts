import { ApiProperty } from '@nestjs/swagger';
import { integerText, token } from '../validation/shape-checks.js';
import { Shape } from '../validation/shape.decorator.js';

/** Items of one page, at most. */
export const MAX_LIMIT = 100;
const LIMIT = { min: 1, max: MAX_LIMIT };
const DEFAULT_LIMIT = 20;
/** A position may hold a name, each character of which is up to twelve bytes. */
const CURSOR = { maxLength: 2_080, pattern: '^[A-Za-z0-9_-]+$' };

/** The query of every list. */
export class PageQuery {
  @Shape(integerText(LIMIT))
  @ApiProperty({
    type: 'integer',
    format: 'int32',
    required: false,
    minimum: LIMIT.min,
    maximum: LIMIT.max,
    default: DEFAULT_LIMIT,
    description: 'At most how many items to answer.',
  })
  limit?: string;

  @Shape(token({ max: CURSOR.maxLength }))
  @ApiProperty({
    required: false,
    ...CURSOR,
    description: '`next_cursor` of the previous page, unchanged.',
  })
  cursor?: string;
}

/** How the page of every list documents its `next_cursor`. */
export const NEXT_CURSOR = {
  type: String,
  ...CURSOR,
  nullable: true,
  description: 'Send it as `cursor` to get the next page; null on the last one.',
  example: null,
};

export const limitOf = ({ limit }: PageQuery): number =>
  limit === undefined ? DEFAULT_LIMIT : Number(limit);
