import { SCHEMA } from '../../../src/app/schema.js';
import { createDataSource } from '../../../src/database/data-source.js';
import { PreparedStatement, selectList } from '../../../src/database/prepared.js';
import { OAuthClient } from '../../../src/oauth-clients/model/oauth-client.entity.js';
import { Project } from '../../../src/tenants/project.entity.js';

describe('PreparedStatement', () => {
  it('numbers its parameters in the order of their first use, and each once', () => {
    const statement = new PreparedStatement('name', 'select :b, :a_x, :b');
    expect(statement.with({ a_x: 1, b: 2 })).toEqual({
      name: 'name',
      text: 'select $1, $2, $1',
      values: [2, 1],
    });
  });

  it('takes a double colon for a cast', () => {
    const statement = new PreparedStatement('name', 'select :a::jsonb, now()::text, :b::uuid[]');
    expect(statement.with({ a: 1, b: 2 }).text).toBe('select $1::jsonb, now()::text, $2::uuid[]');
  });

  it('never puts a value into the text', () => {
    const { text, values } = new PreparedStatement('name', 'select :a').with({ a: "'; drop table a; --" });
    expect([text, values]).toEqual(['select $1', ["'; drop table a; --"]]);
  });

  it('ignores values that it has no parameter for, and tells no state from one use to the next', () => {
    const statement = new PreparedStatement('name', 'select :a');
    expect([statement.with({ a: 1, other: 2 }).values, statement.with({ a: null }).values]).toEqual([
      [1],
      [null],
    ]);
  });
});

describe('selectList', () => {
  // Metadata needs no connection, only the build that a connection would start with, which TypeORM keeps protected.
  const dataSource = createDataSource('postgres://unused', SCHEMA);
  beforeAll(() => (dataSource as unknown as { buildMetadatas(): Promise<void> }).buildMetadatas());

  it('yields each column under the name of its property', () => {
    const list = selectList(dataSource, Project, 'p').split(', ');
    expect(list).toContain('p.organization_id');
    expect(list).toHaveLength(dataSource.getMetadata(Project).columns.length);
  });

  it('leaves out what an entity does not load by itself', () => {
    const { columns } = dataSource.getMetadata(OAuthClient);
    const hidden = columns.filter((column) => !column.isSelect).map((column) => `c.${column.databaseName} `);
    expect(hidden.length).toBeGreaterThan(0);
    for (const column of hidden) expect(selectList(dataSource, OAuthClient, 'c')).not.toContain(column);
  });
});
