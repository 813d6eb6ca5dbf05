import type pg from 'pg';

/** What tells whether a table was written to, by table. Equal states mean that no row was touched in between. */
export type DatabaseState = Readonly<Record<string, string>>;

const statements = new WeakMap<pg.Pool, string>();

export async function stateOf(database: pg.Pool): Promise<DatabaseState> {
  const statement = statements.get(database) ?? digestOf(await tablesOf(database));
  statements.set(database, statement);
  const { rows } = await database.query<{ name: string; digest: string }>(statement);
  return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]));
}

/** The tables whose rows are not the same in both. */
export const changedTables = (before: DatabaseState, after: DatabaseState): string[] =>
  Object.keys(after).filter((table) => before[table] !== after[table]);

/** PostgreSQL is asked for the tables, so that one that comes later counts from its first day. */
async function tablesOf(database: pg.Pool): Promise<string[]> {
  const { rows } = await database.query<{ name: string }>(
    `select quote_ident(tablename) as name from pg_tables
     where schemaname = 'public' and tablename <> 'migrations' order by 1`,
  );
  return rows.map(({ name }) => name);
}

/** An insert or update gives its row a newer `xmin` than any other, even if it changes no value; a delete lowers the count. */
const digestOf = (tables: readonly string[]): string =>
  tables
    .map(
      (table) =>
        `select '${table}' as name, count(*) || ' ' || max(xmin::text::bigint) as digest from ${table}`,
    )
    .join(' union all ');
