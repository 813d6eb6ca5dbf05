import type pg from 'pg';
import type { Schema } from './data-source.js';

/** Milliseconds for which a yes serves: anybody may ask, and as often as they like. */
const SERVES_MS = 250;

/** Whether the database has the schema of this version. */
export class SchemaVersion {
  private readonly names: readonly string[];
  private asking: Promise<boolean> | undefined;
  private currentUntil = -Infinity;

  constructor(
    private readonly pool: pg.Pool,
    { migrations }: Schema,
  ) {
    this.names = migrations.map(({ name }) => name);
  }

  /** Asks the database, once for all who ask at the same time. Fails when it does not answer. */
  async isCurrent(): Promise<boolean> {
    if (performance.now() < this.currentUntil) return true;
    this.asking ??= this.ask().finally(() => (this.asking = undefined));
    return this.asking;
  }

  private async ask(): Promise<boolean> {
    // The pool throws a connection away whose query failed, so that a hung one is not asked again and again.
    const { rows } = await this.pool.query<{ done: number }>(
      'select count(distinct name)::int as done from migrations where name = any($1)',
      [this.names],
    );
    const isCurrent = rows[0]?.done === this.names.length;
    if (isCurrent) this.currentUntil = performance.now() + SERVES_MS;
    return isCurrent;
  }
}
