import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { BATCH, Cleanup } from '../database/cleanup.js';

const EVERY_MS = 5 * 60_000;

const DELETE_EXPIRED = `
  delete from authorization_server_artifacts where ctid = any(array(
    select ctid from authorization_server_artifacts where expires_at < now() limit ${BATCH} for update skip locked
  ))`;

/** Removes sessions, grants and tokens that have expired. */
@Injectable()
export class ArtifactCleanup extends Cleanup {
  constructor(private readonly pool: pg.Pool) {
    super(EVERY_MS);
  }

  protected async removeBatch(): Promise<number> {
    return (await this.pool.query(DELETE_EXPIRED)).rowCount ?? 0;
  }
}
