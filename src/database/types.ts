import pg from 'pg';

/** The type `text[]` (pg_type). */
const TEXTS = 1009;
// The types of pg name the parsers of single types only, and not that of their lists: hence `never`.
const parseTexts = pg.types.getTypeParser(TEXTS as never) as (text: string) => string[];

/** What stands for more than itself in the text form of an array (PostgreSQL, "Array Input and Output Syntax"). */
const SPECIAL = /["\\{}]|\bnull\b/i;

/** Most lists of a client are empty or hold names and URIs, which need no parser: pg's costs a tenth of a list of clients. */
export function readTexts(text: string): string[] {
  if (text === '{}') return [];
  const items = text.slice(1, -1);
  return SPECIAL.test(items) ? parseTexts(text) : items.split(',');
}

/** How values of the database are read: as pg does, but for lists of texts. */
export const TYPES = {
  // What pg returns is typed by the type's name, which is not known here: hence `never`.
  getTypeParser: (oid: number, format: 'text' | 'binary' = 'text'): ((value: string) => unknown) =>
    oid === TEXTS && format === 'text' ? readTexts : (pg.types.getTypeParser(oid, format) as never),
};
