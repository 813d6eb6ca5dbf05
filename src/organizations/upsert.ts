import type { AuditChanges } from '../audit/audit-event.entity.js';
import { changesBetween } from '../audit/changes-between.js';
import type { Queryable } from '../database/prepared-statement.js';
import { Problem } from '../problem-details/problem.js';
import type { UpsertStatements } from './tenant.statements.js';

export interface Upserted<Row> {
  readonly row: Row;
  readonly created: boolean;
  /** By member; empty when nothing was to change. */
  readonly changes: AuditChanges;
}

/**
 * Makes the row, or brings the one that exists to the values. The row stays locked for the rest of the transaction.
 *
 * @param key says which row, and whose
 * @throws Problem 409 when the id names a row of another organization
 */
export async function upsert<Row extends object>(
  database: Queryable,
  { insert, lock, update }: UpsertStatements<Row>,
  key: Partial<Row>,
  values: Partial<Row>,
): Promise<Upserted<Row>> {
  const created = (await insert.row(database, { ...key, ...values })) !== undefined;
  const stored = await lock.row(database, { ...key });
  if (!stored) throw new Problem('conflict', 'This id belongs to another organization. Choose another id.');
  const changes = changesBetween(created ? null : stored, values);
  if (created || Object.keys(changes).length === 0) return { row: stored, created, changes };
  const row = await update.row(database, { ...key, ...values });
  return { row: row ?? stored, created, changes };
}
