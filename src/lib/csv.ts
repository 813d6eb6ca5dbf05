export interface CsvRow {
  /** The line of the file on which the row begins, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

export interface Csv {
  readonly rows: readonly CsvRow[];
  /** The first line of a row that cannot be read, for a quotation mark that is missing or too many; null when all is well. */
  readonly brokenAt: number | null;
}

/** A field with what follows it: a comma, the end of its line, or that of the text. */
const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;

/** Comma-separated values by RFC 4180: fields in quotation marks may have commas and line breaks. Empty lines are no rows. */
export function readCsv(text: string): Csv {
  const rows: CsvRow[] = [];
  const field = new RegExp(FIELD);
  const all = text.replace(/^\uFEFF/, '');
  for (let [line, fields]: [number, string[]] = [1, []]; field.lastIndex < all.length || fields.length > 0;) {
    const [whole, quoted, plain = '', end = ''] = field.exec(all) ?? [];
    if (whole === undefined) return { rows, brokenAt: line };
    fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    if (fields.length > 1 || fields[0] !== '' || quoted !== undefined) rows.push({ line, fields });
    line += fields.join('').split('\n').length;
    fields = [];
  }
  return { rows, brokenAt: null };
}
