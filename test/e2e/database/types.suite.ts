import fc from 'fast-check';
import pg from 'pg';
import { TYPES } from '../../../src/database/types.js';
import { createDatabase } from '../../support/postgres.js';

const NASTY = [
  '',
  'null',
  'NULL',
  'a null b',
  ',',
  '{',
  '}',
  '{}',
  '"',
  '\\',
  ' ',
  'https://a.example/cb?x={y},z',
  'a\tb',
  'é',
  '😀',
];

describe('Lists of texts', () => {
  let pool: pg.Pool;

  beforeAll(async () => {
    pool = new pg.Pool({ connectionString: await createDatabase(), max: 1, types: TYPES });
  });
  afterAll(() => pool.end());

  it('lists of texts are read as they were written, whatever they hold', async () => {
    const texts = fc.array(
      fc.oneof(
        fc.constantFrom(...NASTY),
        fc.string().filter((text) => !text.includes('\0')),
      ),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (written) => {
        const { rows } = await pool.query<{ texts: string[] }>('select $1::text[] as texts', [written]);
        expect(rows[0]?.texts).toEqual(written);
      }),
      { numRuns: 500 },
    );
  });

  it('lists of texts may hold nulls, and other lists', async () => {
    const { rows } = await pool.query<{ texts: unknown[] }>(
      "select array['a', null]::text[] as texts union all select array[array['a', 'b'], array['c', 'd']]",
    );
    expect(rows.map(({ texts }) => texts)).toEqual([
      ['a', null],
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ]);
  });
});
