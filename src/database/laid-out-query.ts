import pg, { type FieldDef, type QueryConfig } from 'pg';

/** What pg works out from the description of an answer: how each column is read, and the empty row that each is copied from. */
interface Layout {
  fields: FieldDef[];
  _parsers: unknown[];
  _prebuiltEmptyResultObject: object;
}

/** What is used of a query of pg beyond its types. A test fails when a new version of pg no longer has it. */
interface QueryInside {
  readonly _result: Layout;
  readonly callback: unknown;
  _accumulateRows: unknown;
  handleRowDescription(message: { readonly fields: FieldDef[] }): void;
}

const LAYOUTS = new Map<string, Layout>();

/**
 * The query of a prepared statement, whose answers always have the same columns (PostgreSQL refuses a plan whose answer has
 * changed). pg works out anew for each answer how it is laid out, which for forty columns takes a tenth of a request: here it
 * does so once for each statement.
 */
class LaidOutQuery extends pg.Query {
  constructor(private readonly config: QueryConfig & { readonly name: string }) {
    super(config);
  }

  handleRowDescription(message: { readonly fields: FieldDef[] }): void {
    // The types of pg do not tell of what is inside.
    const inside = this as unknown as QueryInside;
    const layout = LAYOUTS.get(this.config.name);
    if (layout?.fields.length === message.fields.length) {
      Object.assign(inside._result, layout);
      inside._accumulateRows = true;
      return;
    }
    // Nor do they tell of this method.
    (pg.Query.prototype as unknown as QueryInside).handleRowDescription.call(this, message);
    const { fields, _parsers, _prebuiltEmptyResultObject } = inside._result;
    LAYOUTS.set(this.config.name, { fields, _parsers, _prebuiltEmptyResultObject });
  }
}

/**
 * Makes the query for a pool, which answers it with a promise as any other query; a client would answer with the query
 * itself. The types of pg take a query where they take its configuration, but have no promise for it: hence the cast.
 */
export const laidOut = (config: QueryConfig & { readonly name: string }): QueryConfig =>
  new LaidOutQuery(config) as unknown as QueryConfig;
