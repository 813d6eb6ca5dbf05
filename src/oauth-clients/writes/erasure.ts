import { Injectable } from '@nestjs/common';
import pg from 'pg';
import type { ActorRecord } from '../../audit/actor-record.js';
import { BATCH, Cleanup } from '../../database/cleanup.js';
import { PreparedStatement } from '../../database/prepared.js';

const EVERY_MS = 60 * 60_000;

/** In place of whoever made or changed the client: the ids of people are personal data. */
const NOBODY: ActorRecord = {
  issuer: 'urn:oauth-client-registry:erasure',
  subject: 'erased',
  client_id: null,
};

/** The ids stay reserved for ever, and what the client was allowed to do in general tells nothing about anybody. */
const ERASE = new PreparedStatement(
  'oauth_client_erase',
  `with due as (
     select id from oauth_clients
     where deleted_at is not null and erased_at is null and synced_at < now() - interval '30 days'
       and synced_revision = revision and sync_verify_at is null and lease_token is null
     order by synced_at limit ${BATCH} for update skip locked
   ), forgotten as (
     delete from oauth_client_secrets s using due where s.oauth_client_id = due.id
   )
   update oauth_clients c set
     name = 'Erased', description = null, redirect_uris = '{}', scopes = '{}', sync_problem = null,
     created_by = :nobody::jsonb, modified_by = :nobody::jsonb, erased_at = now()
   from due where c.id = due.id`,
);

/**
 * Forgets what deleted clients were, 30 days after the authorization server has deleted them too. Audit events keep who did
 * what.
 */
@Injectable()
export class Erasure extends Cleanup {
  constructor(private readonly pool: pg.Pool) {
    super(EVERY_MS);
  }

  protected async removeBatch(): Promise<number> {
    return (await this.pool.query(ERASE.with({ nobody: JSON.stringify(NOBODY) }))).rowCount ?? 0;
  }
}
