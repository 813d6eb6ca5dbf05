import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import type { ViolationCode } from '../../problem-details/violation-codes.js';
import type { Violation } from '../../problem-details/violation.js';
import { Shape, type ShapeCheck, type ShapeProblem } from '../../validation/shape.decorator.js';
import { dateTime, listOf, oneOf, token } from '../../validation/shape-checks.js';
import { MAX_ADVICE } from '../advice/advice.js';
import type { ClientMember } from '../model/members.js';
import type { LoadedOAuthClient } from '../model/oauth-client.entity.js';
import { SYNC_STATUSES } from '../model/oauth-client.vocabulary.js';
import { isObject } from '../../lib/json.js';
import { AdviceDto } from './advice.dto.js';
import { CLIENT_ID, optional } from './oauth-client.docs.js';
import { SyncProblemDto, type OAuthClientDto } from './oauth-client.dto.js';

/*
 * A caller may read a client, change a member of it, and send all of it back. What the registry sets itself is not taken from
 * there: members that never change must be those of the client, and members that change by themselves may be of any value.
 */

type ReadOnlyMember = Exclude<keyof OAuthClientDto, ClientMember>;

const CODE = 'read_only_changed';

const problem = (code: ViolationCode, detail: string): ShapeProblem[] => [{ code, detail }];
const uuid = token({ max: 36 });
const clientId = token({ max: CLIENT_ID.maxLength });
/** Generated clients write a moment in several ways, some of them with nanoseconds. */
const DATE_TIME = { type: String, format: 'date-time', maxLength: 40 } as const;
const moment = dateTime({ max: DATE_TIME.maxLength });
const syncProblem: ShapeCheck = (value) =>
  isObject(value) && typeof value['code'] === 'string' && typeof value['detail'] === 'string'
    ? []
    : problem('invalid_type', 'Must be an object with code and detail, or null.');
const advice: ShapeCheck = (value) =>
  isObject(value) && typeof value['code'] === 'string'
    ? []
    : problem('invalid_type', 'Must be an object with a code.');
/** `ShapePipe` drops members that are null, so that whatever comes here is a violation. */
const onlyNull: ShapeCheck = () =>
  problem(CODE, 'Is made by the registry and shown once: leave it out, or send null.');

const UUID = { type: String, format: 'uuid', maxLength: 36 } as const;
const FIXED_TEXT = 'Cannot be changed: may be sent back as it was read, and any other value is refused.';
/** That only null is taken is said in words: with the type of the answer, generated clients can send back what they read. */
const ONLY_NULL = 'Read-only: leave it out, or send back the null that a GET shows.';
const NOT_TAKEN = 'Read-only: may be sent back with any value, and is not taken.';

const READ_BACK: Readonly<Record<ReadOnlyMember, { check: ShapeCheck; docs: ApiPropertyOptions }>> = {
  id: { check: uuid, docs: { ...UUID, description: FIXED_TEXT } },
  client_id: { check: clientId, docs: { ...UUID, maxLength: CLIENT_ID.maxLength, description: FIXED_TEXT } },
  project_id: { check: uuid, docs: { ...UUID, description: FIXED_TEXT } },
  created: { check: moment, docs: { ...DATE_TIME, description: FIXED_TEXT } },
  modified: { check: moment, docs: { ...DATE_TIME, description: NOT_TAKEN } },
  client_secret: {
    check: onlyNull,
    docs: { type: String, maxLength: 47, description: ONLY_NULL },
  },
  sync_status: {
    check: oneOf(SYNC_STATUSES),
    docs: { type: String, enum: [...SYNC_STATUSES], description: NOT_TAKEN },
  },
  secret_id: {
    check: onlyNull,
    docs: { ...UUID, description: ONLY_NULL },
  },
  last_used_at: { check: moment, docs: { ...DATE_TIME, description: NOT_TAKEN } },
  last_refused_at: { check: moment, docs: { ...DATE_TIME, description: NOT_TAKEN } },
  secrets_expire_at: { check: moment, docs: { ...DATE_TIME, description: NOT_TAKEN } },
  advice: {
    check: listOf(advice, { max: MAX_ADVICE }),
    docs: { type: [AdviceDto], maxItems: MAX_ADVICE, description: NOT_TAKEN },
  },
  sync_problem: { check: syncProblem, docs: { type: SyncProblemDto, description: NOT_TAKEN } },
};

/** Members of an answer that never change. */
export interface FixedMembers {
  id?: string;
  client_id?: string;
  project_id?: string;
  created?: string;
}

const FIXED = ['id', 'client_id', 'project_id', 'created'] as const satisfies (keyof FixedMembers)[];

/** Lets a request hold the members of an answer that cannot be changed. */
export const CanBeReadBack = (): ClassDecorator => (target) => {
  const prototype = target.prototype as object;
  for (const [member, { check, docs }] of Object.entries(READ_BACK)) {
    Shape(check)(prototype, member);
    ApiProperty(optional(docs))(prototype, member);
  }
};

/** A violation for each fixed member that is sent with another value than the client has. */
export const changedFixedMembers = (client: LoadedOAuthClient, sent: FixedMembers): Violation[] =>
  FIXED.filter((member) => !isSame(client[member], sent[member])).map((member) => ({
    pointer: `/${member}`,
    code: CODE,
    detail: 'Cannot be changed: leave it out, or send it as it was read.',
  }));

const isSame = (own: string | Date, sent: string | undefined): boolean =>
  sent === undefined || (own instanceof Date ? own.getTime() === Date.parse(sent) : own === sent);
