import { ApiProperty, ApiSchema } from '@nestjs/swagger';
import { listOf, oneOf, text } from '../../validation/shape-checks.js';
import { Shape } from '../../validation/shape.decorator.js';
import { LIMITS } from '../model/oauth-client.limits.js';
import { GRANT_TYPES, type GrantType } from '../model/oauth-client.vocabulary.js';
import { OAuthClientSettingsDto } from './oauth-client-settings.dto.js';
import { DOCS } from './oauth-client.docs.js';

@ApiSchema({ name: 'CreateOAuthClient' })
export class CreateOAuthClientDto extends OAuthClientSettingsDto {
  @Shape(text({ min: 1, max: LIMITS.name }), { required: true })
  @ApiProperty(DOCS.name)
  name: string;

  @Shape(listOf(oneOf(GRANT_TYPES), { min: 1, max: GRANT_TYPES.length }), { required: true })
  @ApiProperty(DOCS.grant_types)
  grant_types: GrantType[];
}
