import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { listOf, oneOf } from '../../validation/shape-checks.js';
import { Shape } from '../../validation/shape.decorator.js';
import { membersWhere } from '../model/members.js';
import { GRANT_TYPES, type GrantType } from '../model/oauth-client.vocabulary.js';
import { requestOf } from './member-dtos.js';
import { DOCS, optional } from './oauth-client.docs.js';

@ApiSchema({ name: 'UpdateOAuthClient' })
export class UpdateOAuthClientDto extends requestOf(membersWhere(({ fixed }) => !fixed)) {
  /** Accepted only as the set the client already has, so that a form may send back what it shows. */
  @Shape(listOf(oneOf(GRANT_TYPES), { max: GRANT_TYPES.length }))
  @ApiProperty(
    optional({
      ...DOCS.grant_types,
      minItems: 0,
      description: `${DOCS.grant_types.description} Any other set is refused.`,
    }),
  )
  override grant_types?: GrantType[];
}
