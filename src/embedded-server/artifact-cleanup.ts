import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { BATCH, Cleanup } from '../database/cleanup.js';
import { NO_COLUMNS, PreparedStatement } from '../database/prepared-statement.js';

const EVERY_MS = 5 * 60_000;

const DELETE_EXPIRED = new PreparedStatement(
  'authorization_server_delete_expired',
  `delete from authorization_server_artifacts where ctid = any(array(
     select ctid from authorization_server_artifacts where expires_at < now() limit ${BATCH} for update skip locked
   ))`,
  NO_COLUMNS,
);

/** Artifacts of a deleted client are dead from the deletion on: who presents one is told that there is no such client. */
const DELETE_OF_DELETED_CLIENTS = new PreparedStatement(
  'authorization_server_delete_of_deleted',
  `delete from authorization_server_artifacts where ctid = any(array(
     select a.ctid from authorization_server_artifacts a join oauth_clients c on c.client_id = a.client_id
     where c.deleted_at is not null limit ${BATCH} for update of a skip locked
   ))`,
  NO_COLUMNS,
);

/** Removes sessions, grants and tokens that have expired, or whose client is deleted. */
@Injectable()
export class ArtifactCleanup extends Cleanup {
  constructor(private readonly pool: pg.Pool) {
    super(EVERY_MS);
  }

  protected async removeBatch(): Promise<number> {
    const expired = await DELETE_EXPIRED.count(this.pool, {});
    return expired === BATCH ? expired : DELETE_OF_DELETED_CLIENTS.count(this.pool, {});
  }
}
