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

/** Characters of the `client_id` that is looked for, at most. */
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
      'By age or by name; `-` reverses the order. Names are compared in lower case (Unicode, NFC), by code points.',
  })
  sort?: Sort;

  @Shape(oneOf(TRUTH))
  @ApiProperty({ ...truth('Whether to count all clients that match, on all pages.'), default: false })
  count?: Truth;

  @Shape(token({ max: MAX_CLIENT_ID }))
  @ApiProperty({
    ...optional,
    maxLength: MAX_CLIENT_ID,
    description: 'The client with this `client_id`.',
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
    description: "Whether the authorization server has the client's present state.",
  })
  sync_status?: SyncStatus;

  @Shape(integerText(DAYS))
  @ApiProperty({
    ...days,
    description:
      'Clients of which no secret was used for this many days; one that was never used counts from its creation. ' +
      'Clients that authenticate with `none` have no secret and are never listed.',
  })
  unused_for_days?: string;

  @Shape(integerText(DAYS))
  @ApiProperty({
    ...days,
    description: 'Clients of which a secret that works expires within this many days (`secrets_expire_at`).',
  })
  secret_expires_within_days?: string;
}
