import { ApiProperty } from '@nestjs/swagger';
import { PageQuery } from '../../pagination/page.query.js';
import { integerText, oneOf, text, token } from '../../validation/shape-checks.js';
import { Shape } from '../../validation/shape.decorator.js';
import { LIMITS } from '../model/oauth-client.limits.js';
import {
  GRANT_TYPES,
  SYNC_STATUSES,
  TOKEN_ENDPOINT_AUTH_METHODS,
  type GrantType,
  type SyncStatus,
  type TokenEndpointAuthMethod,
} from '../model/oauth-client.vocabulary.js';

export const SORTS = ['-created', 'created', 'name', '-name'] as const;
export type Sort = (typeof SORTS)[number];

/** How long a `client_id` may be that is looked for. */
const MAX_CLIENT_ID = 255;
const DAYS = { min: 1, max: 3_650 };
const TRUTH = ['true', 'false'] as const;
type Truth = (typeof TRUTH)[number];

const optional = { required: false };
const days = { ...optional, type: 'integer' as const, format: 'int32', minimum: DAYS.min, maximum: DAYS.max };
const truth = (description: string) => ({ ...optional, type: Boolean, description });

/** Which clients, in which order. A client is listed if all filters hold. */
export class ListOAuthClientsQuery extends PageQuery {
  @Shape(oneOf(SORTS))
  @ApiProperty({
    ...optional,
    type: String,
    enum: SORTS,
    default: SORTS[0],
    description:
      'By age or by name, those with a `-` backwards. Names are compared in lower case (Unicode, NFC), by code points.',
  })
  sort?: Sort;

  @Shape(oneOf(TRUTH))
  @ApiProperty({ ...truth('Whether to count all clients for which the filters hold.'), default: false })
  count?: Truth;

  @Shape(token({ max: MAX_CLIENT_ID }))
  @ApiProperty({
    ...optional,
    maxLength: MAX_CLIENT_ID,
    description: 'The client that the authorization server knows by this.',
  })
  client_id?: string;

  @Shape(text({ min: 1, max: LIMITS.name }))
  @ApiProperty({
    ...optional,
    minLength: 1,
    maxLength: LIMITS.name,
    description: 'What the name begins with, in upper or lower case. No character of it is a wildcard.',
  })
  name?: string;

  @Shape(oneOf(GRANT_TYPES))
  @ApiProperty({ ...optional, type: String, enum: GRANT_TYPES, description: 'A grant that the client has.' })
  grant_type?: GrantType;

  @Shape(oneOf(TOKEN_ENDPOINT_AUTH_METHODS))
  @ApiProperty({
    ...optional,
    type: String,
    enum: TOKEN_ENDPOINT_AUTH_METHODS,
    description: 'How the client authenticates.',
  })
  token_endpoint_auth_method?: TokenEndpointAuthMethod;

  @Shape(oneOf(TRUTH))
  @ApiProperty(truth('Whether the client is enabled.'))
  enabled?: Truth;

  @Shape(oneOf(TRUTH))
  @ApiProperty(truth('Whether the client is marked as trusted.'))
  trusted?: Truth;

  @Shape(oneOf(SYNC_STATUSES))
  @ApiProperty({
    ...optional,
    type: String,
    enum: SYNC_STATUSES,
    description: 'How far the authorization server has followed.',
  })
  sync_status?: SyncStatus;

  @Shape(integerText(DAYS))
  @ApiProperty({
    ...days,
    description:
      'Days in which no secret of the client was used; one that was never used counts from when it was made. Clients that ' +
      'authenticate with `none` are never among them: they have no secret to be seen.',
  })
  unused_for_days?: string;

  @Shape(integerText(DAYS))
  @ApiProperty({
    ...days,
    description: 'Days in which the next secret of the client expires that works now (`secrets_expire_at`).',
  })
  secret_expires_within_days?: string;
}
