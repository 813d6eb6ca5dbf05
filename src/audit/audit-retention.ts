import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { Config } from '../config/config.js';
import { BATCH, Cleanup } from '../database/cleanup.js';
import { NO_COLUMNS, PreparedStatement } from '../database/prepared-statement.js';

const EVERY_MS = 60 * 60_000;

/**
 * The trigger of the table lets only events be deleted that are older than this setting says, which ends with the
 * statement. Ids are UUIDs of version 7, so the oldest events are the first of the primary key.
 */
const DELETE_OLD = new PreparedStatement(
  'audit_events_delete_old',
  `with allowed as materialized (
     select set_config('registry.audit_retention_days', :days::text, true)
   ), oldest as (
     select e.id, e.created from audit_events e order by e.id limit ${BATCH} for update skip locked
   )
   delete from audit_events e using allowed, oldest
   where e.id = oldest.id and oldest.created < now() - make_interval(days => :days::integer)`,
  NO_COLUMNS,
);

/** Deletes audit events that are older than the operator wants to keep them. Without a setting all are kept for ever. */
@Injectable()
export class AuditRetention extends Cleanup {
  constructor(
    private readonly pool: pg.Pool,
    private readonly config: Config,
  ) {
    super(EVERY_MS);
  }

  protected async removeBatch(): Promise<number> {
    const days = this.config.auditRetentionDays;
    return days === null ? 0 : DELETE_OLD.count(this.pool, { days });
  }
}
