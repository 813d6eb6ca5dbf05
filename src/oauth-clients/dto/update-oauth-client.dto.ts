import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { listOf, oneOf, text } from '../../validation/shape-checks.js';
import { Shape } from '../../validation/shape.decorator.js';
import { LIMITS } from '../model/oauth-client.limits.js';
import { GRANT_TYPES, type GrantType } from '../model/oauth-client.vocabulary.js';
import { OAuthClientSettingsDto } from './oauth-client-settings.dto.js';
import { DOCS, optional } from './oauth-client.docs.js';

@ApiSchema({ name: 'UpdateOAuthClient' })
export class UpdateOAuthClientDto extends OAuthClientSettingsDto {
  @Shape(text({ min: 1, max: LIMITS.name }))
  @ApiProperty(optional(DOCS.name))
  name?: string;

  /** Accepted only as the set the client already has, so that a form may send back what it shows. */
  @Shape(listOf(oneOf(GRANT_TYPES), { max: GRANT_TYPES.length }))
  @ApiProperty(
    optional({
      ...DOCS.grant_types,
      description: `${DOCS.grant_types.description} Any other set is refused.`,
    }),
  )
  grant_types?: GrantType[];
}
