import type { DataSource } from 'typeorm';

/** What a schema is, as PostgreSQL itself describes it. */
const SCHEMA = `
  select string_agg(line, e'\\n' order by line) as schema from (
    select format('%s.%s %s %s %s', table_name, column_name, data_type, is_nullable, column_default)
      from information_schema.columns where table_schema = 'public'
    union all select format('%s %s', conname, pg_get_constraintdef(oid)) from pg_constraint where connamespace = 'public'::regnamespace
    union all select indexdef from pg_indexes where schemaname = 'public'
    union all select pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
    union all select pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace
  ) as lines (line)`;

/**
 * Runs all migrations up, down and up again on an empty database, and compares the outcome with the entities.
 *
 * @throws Error when a migration leaves something behind, the second way up gives another schema, or the entities need a
 * further migration
 */
export async function checkMigrations(dataSource: DataSource): Promise<void> {
  await dataSource.runMigrations();
  const up = await schemaOf(dataSource);
  for (const _ of dataSource.migrations) await dataSource.undoLastMigration();
  await refuseLeftovers(dataSource);
  await dataSource.runMigrations();
  if ((await schemaOf(dataSource)) !== up)
    throw new Error('Up, down and up again gives another schema than up.');
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  if (upQueries.length === 0) return;
  const missing = upQueries.map(({ query }) => query).join('\n');
  throw new Error(`The entities need a migration that does not exist:\n${missing}`);
}

async function schemaOf(dataSource: DataSource): Promise<string> {
  const [row] = await dataSource.query<[{ schema: string }]>(SCHEMA);
  return row.schema;
}

async function refuseLeftovers(dataSource: DataSource): Promise<void> {
  const left = (await schemaOf(dataSource))
    .split('\n')
    .filter((line) => !/\bmigrations(_id_seq)?\b|^PK_/.test(line));
  if (left.length > 0) throw new Error(`Down leaves something behind:\n${left.join('\n')}`);
}
