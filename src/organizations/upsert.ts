import type { EntityManager, EntityTarget, FindOptionsWhere, QueryDeepPartialEntity } from 'typeorm';
import type { AuditChanges } from '../audit/audit-event.entity.js';
import { changesBetween } from '../audit/changes-between.js';
import { Problem } from '../problem-details/problem.js';

export interface Upserted<T> {
  readonly row: T;
  readonly created: boolean;
  /** By member; empty when nothing was to change. */
  readonly changes: AuditChanges;
}

/**
 * Makes the row, or brings the one that exists to the values. The row stays locked for the rest of the transaction.
 *
 * @param key says which row, and whose: 409 when its id names a row of another organization
 */
export async function upsert<T extends { modified: Date }>(
  manager: EntityManager,
  entity: EntityTarget<T>,
  key: FindOptionsWhere<T> & QueryDeepPartialEntity<T>,
  values: QueryDeepPartialEntity<T>,
): Promise<Upserted<T>> {
  const insert = manager
    .createQueryBuilder()
    .insert()
    .into(entity)
    .values({ ...key, ...values })
    .orIgnore();
  const created = ((await insert.returning('created').execute()).raw as unknown[]).length > 0;
  const stored = await manager.findOne(entity, { where: key, lock: { mode: 'for_no_key_update' } });
  if (!stored) throw new Problem('conflict', 'This id belongs to another organization. Choose another id.');
  const changes = changesBetween(created ? null : stored, values);
  if (created || Object.keys(changes).length === 0) return { row: stored, created, changes };
  await manager.update(entity, key, { ...values, modified: () => 'now()' });
  return { row: await manager.findOneByOrFail(entity, key), created, changes };
}
