import type pg from 'pg';
import type { Schema } from './data-source.js';

/** Whether the database has the schema of this version. */
export class SchemaVersion {
  private readonly names: readonly string[];

  constructor(
    private readonly pool: pg.Pool,
    { migrations }: Schema,
  ) {
    this.names = migrations.map(({ name }) => name);
  }

  /** Asks the database. Fails when it does not answer. */
  async isCurrent(): Promise<boolean> {
    // The pool throws a connection away whose query failed, so that a hung one is not asked again and again.
    const { rows } = await this.pool.query<{ done: number }>(
      'select count(distinct name)::int as done from migrations where name = any($1)',
      [this.names],
    );
    return rows[0]?.done === this.names.length;
  }
}
