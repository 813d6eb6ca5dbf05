import { columnsOf, selectList } from '../../../src/database/entity-columns.js';
import { NO_COLUMNS, PreparedStatement } from '../../../src/database/prepared-statement.js';
import { OAuthClient } from '../../../src/oauth-clients/model/oauth-client.entity.js';
import { Project, type LoadedProject } from '../../../src/tenants/project.entity.js';

describe('PreparedStatement', () => {
  let names = 0;
  const statement = (text: string): PreparedStatement =>
    new PreparedStatement(`test_${++names}`, text, NO_COLUMNS);

  it('a prepared statement numbers its parameters in the order of their first use, and each once', () => {
    const named = new PreparedStatement('name', 'select :b, :a_x, :b', NO_COLUMNS);
    expect(named.with({ a_x: 1, b: 2 })).toEqual({
      name: 'name',
      text: 'select $1, $2, $1',
      values: [2, 1],
    });
  });

  it('a prepared statement takes a double colon for a cast', () => {
    const { text } = statement('select :a::jsonb, now()::text, :b::uuid[]');
    expect(text).toBe('select $1::jsonb, now()::text, $2::uuid[]');
  });

  it('a prepared statement never puts a value into the text', () => {
    const { text, values } = statement('select :a').with({ a: "'; drop table a; --" });
    expect([text, values]).toEqual(['select $1', ["'; drop table a; --"]]);
  });

  it('a prepared statement ignores values that it has no parameter for, and tells no state from one use to the next', () => {
    const one = statement('select :a');
    expect([one.with({ a: 1, other: 2 }).values, one.with({ a: null }).values]).toEqual([[1], [null]]);
  });

  it('a prepared statement refuses to run without a value for one of its parameters', () => {
    expect(() => statement('select :a, :b').with({ a: 1 })).toThrow('lacks a value for b');
  });

  it('a prepared statement refuses a name that another statement has', () => {
    const make = (): PreparedStatement => new PreparedStatement('test_twice', 'select 1', NO_COLUMNS);
    make();
    expect(make).toThrow('two statements are named test_twice');
  });
});

describe('The columns of an entity', () => {
  it('the columns of an entity are those that it declares, each with the type that PostgreSQL has for it', () => {
    expect(columnsOf<LoadedProject>(Project)).toEqual({
      id: 'uuid',
      organization_id: 'uuid',
      name: 'text',
      created: 'timestamptz',
      modified: 'timestamptz',
      deleted_at: 'timestamptz',
    });
    expect(selectList({ id: 'uuid', name: 'text' }, 'p')).toBe('p.id, p.name');
  });

  it('the columns of an entity include those of the classes it extends, and leave out what it does not load by itself', () => {
    const names = Object.keys(columnsOf(OAuthClient));
    expect(names).toEqual(expect.arrayContaining(['id', 'redirect_uris', 'pkce_required', 'revision']));
    expect(names).not.toContain('created_by');
    expect(names).not.toContain('lease_token');
  });
});
