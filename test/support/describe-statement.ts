import type { Client, Connection, FieldDef, Submittable } from 'pg';

/** What PostgreSQL says of the columns of a statement that it has parsed and not run (protocol message Describe). */
export function describeStatement(client: Client, text: string): Promise<readonly FieldDef[]> {
  return new Promise((resolve, reject) => {
    client.query(new Description(text, resolve, reject));
  });
}

/** `pg` hands the messages that belong to a query to methods of these names. */
class Description implements Submittable {
  private fields: readonly FieldDef[] = [];

  constructor(
    private readonly text: string,
    private readonly resolve: (fields: readonly FieldDef[]) => void,
    private readonly reject: (error: Error) => void,
  ) {}

  submit(connection: Connection): void {
    connection.parse({ name: '', text: this.text, types: [] }, true);
    connection.describe({ type: 'S', name: '' }, true);
    connection.sync();
  }

  handleRowDescription({ fields }: { fields: readonly FieldDef[] }): void {
    this.fields = fields;
  }

  handleError(error: Error): void {
    this.reject(error);
  }

  handleReadyForQuery(): void {
    this.resolve(this.fields);
  }
}
