import type { QueryConfig } from 'pg';
import type { DataSource, EntityTarget, ObjectLiteral } from 'typeorm';

/** A statement that PostgreSQL parses and plans once per connection, with its parameters by name (`:name`). */
export class PreparedStatement {
  private readonly text: string;
  private readonly parameters: string[] = [];

  constructor(
    private readonly name: string,
    statement: string,
  ) {
    // A colon after a colon is a cast.
    this.text = statement.replace(
      /(?<!:):([a-z_]+)/g,
      (_, parameter: string) => `$${this.positionOf(parameter)}`,
    );
  }

  with(values: Readonly<Record<string, unknown>>): QueryConfig {
    return {
      name: this.name,
      text: this.text,
      values: this.parameters.map((parameter) => values[parameter]),
    };
  }

  private positionOf(parameter: string): number {
    if (!this.parameters.includes(parameter)) this.parameters.push(parameter);
    return this.parameters.indexOf(parameter) + 1;
  }
}

/** The columns of an entity, so that a hand-written statement yields what the entity says: its properties have their columns' names. */
export function selectList(
  dataSource: DataSource,
  entity: EntityTarget<ObjectLiteral>,
  alias: string,
): string {
  return dataSource
    .getMetadata(entity)
    .columns.filter((column) => column.isSelect)
    .map((column) => `${alias}.${column.databaseName}`)
    .join(', ');
}
