import { ApiProperty } from '@nestjs/swagger';
import { PageQuery } from '../../pagination/page.query.js';
import { TENANT_LIMITS } from '../../tenants/limits.js';
import { dateTime, oneOf, text, token } from '../../validation/shape-checks.js';
import { Shape } from '../../validation/shape.decorator.js';
import { AUDIT_ACTIONS, type AuditAction } from '../audit-event.entity.js';
import { ORDERS, type Order } from './audit-events.statements.js';

const MOMENT = { required: false, type: String, format: 'date-time', maxLength: 40 };
const UUID = { required: false, type: String, format: 'uuid', maxLength: 36 };

/** Which events of a client, in which order. An event is listed if all filters hold. */
export class ClientAuditEventsQuery extends PageQuery {
  @Shape(oneOf(ORDERS))
  @ApiProperty({
    required: false,
    type: String,
    enum: ORDERS,
    default: ORDERS[0],
    description:
      '`desc`: newest first. `asc`: a feed to follow. In it an event appears about ten seconds after it happened, ' +
      'none is left out, and `next_cursor` is never null.',
  })
  order?: Order;

  @Shape(oneOf(AUDIT_ACTIONS))
  @ApiProperty({ required: false, type: String, enum: AUDIT_ACTIONS, description: 'What happened.' })
  action?: AuditAction;

  @Shape(text({ min: 1, max: TENANT_LIMITS.subject }))
  @ApiProperty({
    required: false,
    minLength: 1,
    maxLength: TENANT_LIMITS.subject,
    description: 'Who did it: the `subject` of the actor.',
  })
  actor?: string;

  @Shape(dateTime({ max: MOMENT.maxLength }))
  @ApiProperty({ ...MOMENT, description: 'Events from this moment on (RFC 3339).' })
  since?: string;

  @Shape(dateTime({ max: MOMENT.maxLength }))
  @ApiProperty({ ...MOMENT, description: 'Events before this moment (RFC 3339).' })
  until?: string;
}

/** Which events of several clients. */
export class AuditEventsQuery extends ClientAuditEventsQuery {
  @Shape(token({ max: UUID.maxLength }))
  @ApiProperty({ ...UUID, description: 'Events of the client with this `id`, also of a deleted one.' })
  oauth_client_id?: string;
}
