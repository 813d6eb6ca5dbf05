import pg, { type FieldDef, type QueryConfig } from 'pg';

/** What pg works out from the description of an answer: how each column is read, and the empty row that each is copied from. */
interface Layout {
  fields: FieldDef[];
  _parsers: unknown[];
  _prebuiltEmptyResultObject: object;
}

export type NamedQuery = QueryConfig & { readonly name: string };

/** What a query of pg sends its messages by. */
interface Connection {
  readonly parsedStatements: object;
  readonly submittedNamedStatements: object;
  parse(message: unknown): void;
  bind(message: unknown): void;
  describe(message: unknown): void;
  execute(message: unknown): void;
  sync(): void;
  flush(): void;
  close(message: unknown): void;
}

/** What is used of a query of pg beyond its types. A test fails when a new version of pg no longer has it. */
interface QueryInside {
  readonly name: string;
  readonly _result: Layout;
  _accumulateRows: unknown;
  prepare(connection: Connection): void;
  handleRowDescription(message: { readonly fields: FieldDef[] }): void;
}

// The types of pg tell of none of these methods.
const INSIDE = pg.Query.prototype as unknown as QueryInside;

/** What is known of one connection: the answers of the statements that it was asked for, and how to ask without a description. */
interface Known {
  readonly layouts: Map<string, Layout>;
  readonly undescribed: Connection;
}

const KNOWN = new WeakMap<Connection, Known>();

function knownOf(connection: Connection): Known {
  const known = KNOWN.get(connection) ?? { layouts: new Map(), undescribed: undescribed(connection) };
  KNOWN.set(connection, known);
  return known;
}

const undescribed = (connection: Connection): Connection => ({
  parsedStatements: connection.parsedStatements,
  submittedNamedStatements: connection.submittedNamedStatements,
  parse: (message) => connection.parse(message),
  bind: (message) => connection.bind(message),
  describe: () => undefined,
  execute: (message) => connection.execute(message),
  sync: () => connection.sync(),
  flush: () => connection.flush(),
  close: (message) => connection.close(message),
});

/**
 * The query of a prepared statement, whose answers on one connection always have the same columns: PostgreSQL refuses a plan
 * whose answer has changed. pg has the answer described each time, and works out anew how it is laid out, which for forty
 * columns takes PostgreSQL and this process a tenth of a request: here both happen once for each statement and connection.
 */
class LaidOutQuery extends pg.Query {
  private layouts: Map<string, Layout>;

  constructor({ name, text, values }: NamedQuery) {
    // Given the text only, pg does not copy a configuration for each query.
    super(text);
    Object.assign(this.inside, { name, values });
  }

  prepare(connection: Connection): void {
    const known = knownOf(connection);
    const layout = known.layouts.get(this.inside.name);
    this.layouts = known.layouts;
    if (layout === undefined) return INSIDE.prepare.call(this, connection);
    Object.assign(this.inside._result, layout);
    this.inside._accumulateRows = true;
    INSIDE.prepare.call(this, known.undescribed);
  }

  handleRowDescription(message: { readonly fields: FieldDef[] }): void {
    INSIDE.handleRowDescription.call(this.inside, message);
    const { fields, _parsers, _prebuiltEmptyResultObject } = this.inside._result;
    this.layouts.set(this.inside.name, { fields, _parsers, _prebuiltEmptyResultObject });
  }

  private get inside(): QueryInside {
    // Nor do they tell of what is inside.
    return this as unknown as QueryInside;
  }
}

/**
 * For a pool, which answers it with a promise as any other query; a client would answer with the query itself. The types of pg
 * take a query where they take its configuration, but have no promise for it: hence the cast.
 */
export const laidOut = (query: NamedQuery): QueryConfig => new LaidOutQuery(query) as unknown as QueryConfig;
