import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { listOf, oneOf } from '../../validation/shape-checks.js';
import { AlsoKnownAs, JudgedByRules, Shape } from '../../validation/shape.decorator.js';
import { membersWhere } from '../model/members.js';
import { GRANT_TYPES, type GrantType } from '../model/oauth-client.vocabulary.js';
import { requestOf } from './member-dtos.js';
import { DOCS, optional } from './oauth-client.docs.js';
import { OTHER_NAMES } from './other-names.js';
import { CanBeReadBack, type FixedMembers } from './read-back.js';

@ApiSchema({ name: 'UpdateOAuthClient' })
@AlsoKnownAs(OTHER_NAMES)
@JudgedByRules
@CanBeReadBack()
export class UpdateOAuthClientDto
  extends requestOf(membersWhere(({ fixed }) => !fixed))
  implements FixedMembers
{
  id?: string;
  client_id?: string;
  project_id?: string;
  created?: string;

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
