import pg, { type QueryConfig, type QueryResult, type QueryResultRow } from 'pg';
import { laidOut, type NamedQuery } from './laid-out-query.js';

/** The types of JavaScript as which `pg` reads those of PostgreSQL, by the names that `pg_type` has for them. */
interface PgTypes {
  bool: boolean;
  bytea: Buffer;
  float8: number;
  int4: number;
  json: object;
  jsonb: object;
  text: string;
  timestamptz: Date;
  uuid: string;
  _json: readonly object[];
  _text: readonly string[];
}

export type PgType = keyof PgTypes;

/** The types of PostgreSQL whose values, as `pg` reads them, include those of `Value`. */
type PgTypeOf<Value> = { [Type in PgType]: Value extends PgTypes[Type] ? Type : never }[PgType];

/** The columns that a statement answers with, for rows of this type: a test compares them with what PostgreSQL says. */
export type ColumnsOf<Row> = { readonly [Name in keyof Row]-?: PgTypeOf<NonNullable<Row[Name]>> };

/** A pool, or one connection of it inside a transaction. */
export interface Queryable {
  query<Row extends QueryResultRow>(config: QueryConfig): Promise<QueryResult<Row>>;
}

export type Values = Readonly<Record<string, unknown>>;

/**
 * Values by parameter, or several objects that hold them, of which the first with the parameter counts. So nothing is
 * copied for a statement of many parameters.
 */
export type Given = Values | readonly object[];

/** A statement without an answer has no columns. */
export const NO_COLUMNS = {};

/**
 * A statement that PostgreSQL parses and plans once per connection, with its parameters by name (`:name`). Everything
 * that requests run is one. Made once, when its module is loaded: the constructor throws for a second statement of the
 * same name, since the two would be one to PostgreSQL.
 */
export class PreparedStatement<Row extends object = Record<never, never>> {
  private static readonly made = new Map<string, PreparedStatement<object>>();

  /** The SQL as PostgreSQL takes it, with its parameters by position (`$1`). */
  readonly text: string;
  private readonly parameters: string[] = [];

  constructor(
    readonly name: string,
    statement: string,
    readonly columns: ColumnsOf<Row>,
  ) {
    // A colon after a colon is a cast.
    this.text = statement.replace(
      /(?<!:):([a-z_]+)/g,
      (_, parameter: string) => `$${this.positionOf(parameter)}`,
    );
    if (PreparedStatement.made.has(name)) throw new Error(`two statements are named ${name}`);
    PreparedStatement.made.set(name, this);
  }

  /** Every statement whose module is loaded. */
  static all(): readonly PreparedStatement<object>[] {
    return [...this.made.values()];
  }

  /**
   * The rows that it answers with.
   *
   * @throws Error for a parameter without a value, which is a mistake of ours and not null
   */
  async rows(database: Queryable, values: Given): Promise<Row[]> {
    const query = this.with(values);
    return (await database.query<Row>(database instanceof pg.Pool ? laidOut(query) : query)).rows;
  }

  /** The first row, of statements that answer with one at the most. */
  async row(database: Queryable, values: Given): Promise<Row | undefined> {
    return (await this.rows(database, values))[0];
  }

  /** How many rows it has written. */
  async count(database: Queryable, values: Given): Promise<number> {
    return (await database.query(this.with(values))).rowCount ?? 0;
  }

  with(values: Given): NamedQuery {
    const parts: readonly Values[] = Array.isArray(values) ? (values as Values[]) : [values as Values];
    return {
      name: this.name,
      text: this.text,
      values: this.parameters.map((parameter) => {
        const part = parts.find((given) => parameter in given);
        if (!part) throw new Error(`${this.name} lacks a value for ${parameter}`);
        return part[parameter];
      }),
    };
  }

  private positionOf(parameter: string): number {
    if (!this.parameters.includes(parameter)) this.parameters.push(parameter);
    return this.parameters.indexOf(parameter) + 1;
  }
}
