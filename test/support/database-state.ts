import type pg from 'pg';

/** A digest of the rows of each table, by table. Equal states mean that nothing at all has changed in between. */
export type DatabaseState = Readonly<Record<string, string>>;

export async function stateOf(database: pg.Pool): Promise<DatabaseState> {
  const digests = (await tablesOf(database)).map(
    (table) => `select '${table}' as name, md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as digest
      from ${table} t`,
  );
  const { rows } = await database.query<{ name: string; digest: string }>(digests.join(' union all '));
  return Object.fromEntries(rows.map(({ name, digest }) => [name, digest]));
}

/** Asked for, not listed: a table that comes later counts from its first day. */
async function tablesOf(database: pg.Pool): Promise<string[]> {
  const { rows } = await database.query<{ name: string }>(
    `select quote_ident(tablename) as name from pg_tables where schemaname = 'public' and tablename <> 'migrations' order by 1`,
  );
  return rows.map(({ name }) => name);
}
