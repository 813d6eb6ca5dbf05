import { ApiProperty } from '@nestjs/swagger';
import { boolean, listOf, oneOf, text, token } from '../../validation/shape-checks.js';
import { Shape } from '../../validation/shape.decorator.js';
import { LIMITS } from '../model/oauth-client.limits.js';
import {
  PKCE_CHALLENGE_METHODS,
  TOKEN_ENDPOINT_AUTH_METHODS,
  type PkceChallengeMethod,
  type TokenEndpointAuthMethod,
} from '../model/oauth-client.vocabulary.js';
import { DOCS, optional } from './oauth-client.docs.js';

/** The members that may be left out of both requests. */
export abstract class OAuthClientSettingsDto {
  @Shape(text({ min: 0, max: LIMITS.description }))
  @ApiProperty(optional(DOCS.description))
  description?: string;

  @Shape(listOf(token({ max: LIMITS.redirectUri }), { max: LIMITS.redirect_uris }))
  @ApiProperty(optional(DOCS.redirect_uris))
  redirect_uris?: string[];

  @Shape(listOf(token({ max: LIMITS.scope }), { max: LIMITS.scopes }))
  @ApiProperty(optional(DOCS.scopes))
  scopes?: string[];

  @Shape(boolean)
  @ApiProperty(optional(DOCS.trusted))
  trusted?: boolean;

  @Shape(boolean)
  @ApiProperty(optional(DOCS.enabled))
  enabled?: boolean;

  @Shape(oneOf(TOKEN_ENDPOINT_AUTH_METHODS))
  @ApiProperty(optional(DOCS.token_endpoint_auth_method))
  token_endpoint_auth_method?: TokenEndpointAuthMethod;

  @Shape(boolean)
  @ApiProperty(optional(DOCS.pkce_required))
  pkce_required?: boolean;

  @Shape(oneOf(PKCE_CHALLENGE_METHODS))
  @ApiProperty(optional(DOCS.pkce_challenge_method))
  pkce_challenge_method?: PkceChallengeMethod;
}
