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

/** What the platform has sent: absent leaves a stored value as it is. */
export interface SentValues<Row> {
  readonly values: Partial<Row>;
  /** What a new row has where nothing was sent. */
  readonly initial?: Partial<Row>;
  /** What a new row cannot be made without. */
  readonly required: keyof Row & string;
}

/**
 * Makes the row, or brings the one that exists to the given values. The row stays locked for the rest of the transaction.
 *
 * @param key says which row, and whose
 * @throws Problem 409 when the id names a row of another organization, 422 when there is none yet and too little was sent
 */
export async function upsert<Row extends object>(
  database: Queryable,
  { insert, lock, update }: UpsertStatements<Row>,
  key: Partial<Row>,
  { values, initial, required }: SentValues<Row>,
): Promise<Upserted<Row>> {
  const given = withoutUndefined(values);
  const made: Partial<Row> = { ...initial, ...given };
  const isComplete = required in made;
  const created = isComplete && (await insert.row(database, { ...key, ...made })) !== undefined;
  const stored = await lock.row(database, { ...key });
  if (!stored) throw isComplete ? anothers() : incomplete(required);
  const changes = changesBetween(created ? null : stored, created ? made : given);
  if (created || Object.keys(changes).length === 0) return { row: stored, created, changes };
  const row = await update.row(database, { ...stored, ...given, ...key });
  return { row: row ?? stored, created, changes };
}

const withoutUndefined = <Row extends object>(values: Partial<Row>): Partial<Row> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<Row>;

const anothers = (): Problem =>
  new Problem('conflict', 'This id belongs to another organization. Choose another id.');

const incomplete = (member: string): Problem =>
  Problem.validationFailed([
    {
      pointer: `/${member}`,
      code: 'required',
      detail: 'Is required to make a new one: there is none with this id yet.',
    },
  ]);
