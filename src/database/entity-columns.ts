import { getMetadataArgsStorage } from 'typeorm';
import type { ColumnsOf, PgType } from './prepared-statement.js';

type Entity<Row> = abstract new () => Row;

/** TypeORM's names of types, and those that `pg_type` has for them. */
const PG_TYPES: Readonly<Record<string, PgType>> = {
  boolean: 'bool',
  bytea: 'bytea',
  integer: 'int4',
  json: 'json',
  jsonb: 'jsonb',
  text: 'text',
  timestamptz: 'timestamptz',
  uuid: 'uuid',
};

/**
 * The columns that an entity loads by itself (not those with `select: false`), for the answer of a prepared statement.
 *
 * @throws Error for a column of a type that `PG_TYPES` does not have
 */
export function columnsOf<Row extends object>(entity: Entity<Row>): ColumnsOf<Row> {
  const columns = getMetadataArgsStorage()
    .filterColumns(inheritanceOf(entity))
    .filter(({ options }) => options.select !== false)
    .map(({ propertyName, options }): [string, PgType] => [
      propertyName,
      typeOf(String(options.type), options.array),
    ]);
  return Object.fromEntries(columns) as ColumnsOf<Row>;
}

/** The same columns in SQL: properties of a row have their columns' names. */
export const selectList = (columns: object, alias: string): string =>
  Object.keys(columns)
    .map((name) => `${alias}.${name}`)
    .join(', ');

function typeOf(type: string, isArray = false): PgType {
  const found = isArray && type === 'text' ? '_text' : PG_TYPES[type];
  if (found === undefined) throw new Error(`no prepared statement reads columns of type ${type} yet`);
  return found;
}

/** The class and all that it extends: any of them may declare columns. */
function inheritanceOf(entity: Entity<object>): (new () => object)[] {
  const parent: unknown = Object.getPrototypeOf(entity);
  const own = entity as new () => object;
  return typeof parent === 'function' && parent !== Function.prototype
    ? [own, ...inheritanceOf(parent as Entity<object>)]
    : [own];
}
