import pg from 'pg';
import { PreparedStatement } from '../../../src/database/prepared-statement.js';
import { createDatabase } from '../../support/postgres.js';

interface Row {
  readonly number: number;
  readonly texts: readonly string[];
  readonly moment: Date | null;
}

const STATEMENT = new PreparedStatement<Row>(
  'test_laid_out',
  `select :number::integer as number, array['a', null, :text] as texts, to_timestamp(:seconds::float8) as moment`,
  { number: 'int4', texts: '_text', moment: 'timestamptz' },
);

describe('The answers of a prepared statement', () => {
  let url: string;
  let pool: pg.Pool;

  beforeAll(async () => {
    url = await createDatabase();
    pool = new pg.Pool({ connectionString: url, max: 2 });
  });
  afterAll(() => pool.end());

  it('the answers of a prepared statement are read alike on every connection of a pool, and each holds what was asked', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, number) =>
        STATEMENT.row(pool, { number, text: `text ${number}`, seconds: number % 2 ? number : null }),
      ),
    );
    expect(answers).toEqual(
      answers.map((_, number) => ({
        number,
        texts: ['a', null, `text ${number}`],
        moment: number % 2 ? new Date(number * 1000) : null,
      })),
    );
  });

  it('PostgreSQL describes the first answer of a prepared statement on a connection only: fails when a new version of pg works in another way', async () => {
    const one = new pg.Pool({ connectionString: url, max: 1 });
    await STATEMENT.row(one, { number: 1, text: 'b', seconds: null });
    // The types of pg do not tell of these methods.
    const described = jest.spyOn(pg.Connection.prototype as unknown as { describe(): void }, 'describe');
    const laidOut = jest.spyOn(pg.Result.prototype as unknown as { addFields(): void }, 'addFields');
    expect(await STATEMENT.row(one, { number: 2, text: 'c', seconds: null })).toMatchObject({ number: 2 });
    expect([described.mock.calls.length, laidOut.mock.calls.length]).toEqual([0, 0]);
    await one.query('select $1::text as one', ['text']);
    expect([described.mock.calls.length, laidOut.mock.calls.length]).toEqual([1, 1]);
    described.mockRestore();
    laidOut.mockRestore();
    await one.end();
  });

  it('an answer whose columns have changed is refused on a connection that knew others, and read as it is on a new one', async () => {
    // Made here: another suite prepares all statements that are made when the files are read.
    const statement = new PreparedStatement<{ readonly value: number }>(
      'test_changing',
      'select value from changing',
      { value: 'int4' },
    );
    const first = new pg.Pool({ connectionString: url, max: 1 });
    await first.query('create table changing (value integer); insert into changing values (7)');
    expect(await statement.row(first, {})).toEqual({ value: 7 });
    await first.query('alter table changing alter value type text');
    await expect(statement.row(first, {})).rejects.toThrow('cached plan must not change result type');
    const second = new pg.Pool({ connectionString: url, max: 1 });
    expect(await statement.row(second, {})).toEqual({ value: '7' });
    await Promise.all([first.end(), second.end()]);
  });

  it('the answers of a prepared statement fail as those of pg do, and leave the connection usable', async () => {
    await expect(STATEMENT.row(pool, { number: 'x', text: 'b', seconds: null })).rejects.toThrow(
      'invalid input syntax for type integer',
    );
    expect(await STATEMENT.row(pool, { number: 3, text: 'b', seconds: null })).toMatchObject({ number: 3 });
  });
});
