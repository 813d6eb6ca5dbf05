/** Why the embedded PostgreSQL cannot serve. The message is one sentence: what is wrong, and what to do. */
export class EmbeddedPostgresError extends Error {
  constructor(problem: string, remedy?: string) {
    super(
      `${problem}: ${remedy === undefined ? '' : `${remedy}, or `}set DATABASE_URL to use another PostgreSQL.`,
    );
  }
}
