import { Injectable } from '@nestjs/common';
import pg from 'pg';
import type { ActorRecord } from '../../audit/actor-record.js';
import { BATCH, Cleanup } from '../../database/cleanup.js';
import { NO_COLUMNS, PreparedStatement } from '../../database/prepared-statement.js';
import { MEMBERS, membersWhere } from '../model/members.js';
import { FORGOTTEN, IS_LONG_AT_REST, LONGEST_AT_REST_FIRST } from '../model/sync-state.js';

const EVERY_MS = 60 * 60_000;

/** In place of whoever made or changed the client: the ids of people are personal data. */
const NOBODY: ActorRecord = {
  issuer: 'urn:oauth-client-registry:erasure',
  subject: 'erased',
  client_id: null,
};

const ERASED = membersWhere((facts) => 'erased' in facts);

/** The ids stay reserved for ever, and what the client was allowed to do in general tells nothing about anybody. */
const ERASE = new PreparedStatement(
  'oauth_client_erase',
  `with due as (
     select c.id from oauth_clients c
     where c.deleted_at is not null and c.erased_at is null and ${IS_LONG_AT_REST}
     order by ${LONGEST_AT_REST_FIRST} limit ${BATCH} for update skip locked
   ), forgotten as (
     delete from oauth_client_secrets s using due where s.oauth_client_id = due.id
   )
   update oauth_clients c set
     ${ERASED.map((member) => `${member} = :${member}`).join(', ')}, ${FORGOTTEN},
     created_by = :nobody::jsonb, modified_by = :nobody::jsonb, erased_at = now()
   from due where c.id = due.id`,
  NO_COLUMNS,
);

const ERASED_VALUES = Object.fromEntries(ERASED.map((member) => [member, MEMBERS.get(member)?.erased]));

/**
 * Forgets what deleted clients were, 30 days after the authorization server has deleted them too. Audit events keep who did
 * what.
 */
@Injectable()
export class Erasure extends Cleanup {
  constructor(private readonly pool: pg.Pool) {
    super(EVERY_MS);
  }

  protected removeBatch(): Promise<number> {
    return ERASE.count(this.pool, { ...ERASED_VALUES, nobody: JSON.stringify(NOBODY) });
  }
}
