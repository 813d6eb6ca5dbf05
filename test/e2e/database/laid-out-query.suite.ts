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
  let pool: pg.Pool;

  beforeAll(async () => {
    pool = new pg.Pool({ connectionString: await createDatabase(), max: 2 });
  });
  afterAll(() => pool.end());

  it('the answers of a prepared statement are laid out once for all connections of a pool, and each holds what was asked', async () => {
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

  it('pg lays out the first answer of a prepared statement only: fails when a new version of pg works in another way', async () => {
    await STATEMENT.row(pool, { number: 1, text: 'b', seconds: null });
    // The types of pg do not tell of this method.
    const laidOut = jest.spyOn(pg.Result.prototype as unknown as { addFields(): void }, 'addFields');
    expect(await STATEMENT.row(pool, { number: 2, text: 'c', seconds: null })).toMatchObject({ number: 2 });
    expect(laidOut).not.toHaveBeenCalled();
    await pool.query('select 1 as one');
    expect(laidOut).toHaveBeenCalledTimes(1);
    laidOut.mockRestore();
  });

  it('the answers of a prepared statement fail as those of pg do, and leave the connection usable', async () => {
    await expect(STATEMENT.row(pool, { number: 'x', text: 'b', seconds: null })).rejects.toThrow(
      'invalid input syntax for type integer',
    );
    expect(await STATEMENT.row(pool, { number: 3, text: 'b', seconds: null })).toMatchObject({ number: 3 });
  });
});
