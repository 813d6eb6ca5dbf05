import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { createDataSource } from '../../../src/database/data-source.js';
import { PreparedStatement } from '../../../src/database/prepared-statement.js';
import { describeStatement } from '../../support/describe-statement.js';
import { createDatabase } from '../../support/postgres.js';

const FILES = readdirSync(resolve('src'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map((name) => join(resolve('src'), name))
  .filter((path) => /new PreparedStatement\b/.test(readFileSync(path, 'utf8')));
for (const path of FILES) require(path);

describe('Every prepared statement', () => {
  let client: pg.Client;
  const types = new Map<number, string>();

  beforeAll(async () => {
    client = new pg.Client(await createDatabase());
    await client.connect();
    const { rows } = await client.query<{ oid: number; typname: string }>('select oid, typname from pg_type');
    for (const { oid, typname } of rows) types.set(oid, typname);
  });

  afterAll(() => client.end());

  it('every prepared statement is made in a file that this test has read', () => {
    expect(FILES.length).toBeGreaterThan(10);
    expect(PreparedStatement.all().length).toBeGreaterThan(30);
  });

  it.each(PreparedStatement.all().map((statement) => [statement.name, statement] as const))(
    'the prepared statement %s is one that the migrated database takes, and answers with the columns of its rows',
    async (_, { text, columns }) => {
      const fields = await describeStatement(client, text);
      const found = fields.map(({ name, dataTypeID }) => [name, types.get(dataTypeID)]);
      expect(Object.fromEntries(found)).toEqual(columns);
      expect(new Set(fields.map(({ name }) => name)).size).toBe(fields.length);
    },
  );

  it('the completion of a sync does not wait for the disk, and what follows on its connection does', async () => {
    const completion = PreparedStatement.all().find(({ name }) => name === 'sync_complete_without_secret');
    const nothing = new Proxy({}, { get: () => null, has: () => true });
    const waits = async (): Promise<unknown> => (await client.query('show synchronous_commit')).rows[0];
    // As the service's connections are, while the database of the tests never waits.
    await client.query('set plan_cache_mode = force_generic_plan; set synchronous_commit = on');
    await client.query('begin');
    await completion?.rows(client, nothing);
    expect(await waits()).toEqual({ synchronous_commit: 'off' });
    await client.query('commit');
    expect(await waits()).toEqual({ synchronous_commit: 'on' });
  });

  it('a connection of the service makes one plan for a statement, whatever its values are', async () => {
    const dataSource = createDataSource(await createDatabase(), { entities: [], migrations: [] });
    await dataSource.initialize();
    expect(await dataSource.query('show plan_cache_mode')).toEqual([
      { plan_cache_mode: 'force_generic_plan' },
    ]);
    await dataSource.destroy();
  });
});
