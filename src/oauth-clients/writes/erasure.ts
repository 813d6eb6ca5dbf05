import { Injectable } from '@nestjs/common';
import pg from 'pg';
import type { ActorRecord } from '../../audit/actor-record.js';
import { BATCH, Cleanup } from '../../database/cleanup.js';
import { PreparedStatement, type Queryable } from '../../database/prepared-statement.js';
import { inTransaction } from '../../database/transaction.js';
import { eraseChanges } from '../../audit/erased-changes.js';
import { foldedName } from '../model/folded-name.js';
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

/** Overwrites what could tell of people. The ids stay reserved for ever, and members such as grant types tell of nobody. */
const ERASE = new PreparedStatement<{ id: string }>(
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
     name_folded = :name_folded, created_by = :nobody::jsonb, modified_by = :nobody::jsonb, erased_at = now()
   from due where c.id = due.id
   returning c.id`,
  { id: 'uuid' },
);

const ERASED_VALUES = {
  ...Object.fromEntries(ERASED.map((member) => [member, MEMBERS.get(member)?.erased])),
  name_folded: foldedName(String(MEMBERS.get('name')?.erased)),
  nobody: JSON.stringify(NOBODY),
};

/**
 * Forgets what deleted clients were, 30 days after the authorization server has deleted them too. Audit events keep who did
 * what and when, and which members changed; of members that are forgotten they no longer say what they were.
 */
@Injectable()
export class Erasure extends Cleanup {
  constructor(private readonly pool: pg.Pool) {
    super(EVERY_MS);
  }

  protected removeBatch(): Promise<number> {
    return inTransaction(this.pool, eraseBatch);
  }
}

async function eraseBatch(database: Queryable): Promise<number> {
  const erased = await ERASE.rows(database, ERASED_VALUES);
  // A statement of its own: the trigger that guards the events looks whether their client is erased.
  await eraseChanges(
    database,
    erased.map(({ id }) => id),
    ERASED,
  );
  return erased.length;
}
