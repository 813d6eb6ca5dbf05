/** The code of a system error. Not by its class: under jest, Node's own errors are instances of another one. */
export const codeOf = (error: unknown): unknown =>
  typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;

/** Why the embedded PostgreSQL cannot serve. The message is one sentence: what is wrong, and what to do. */
export class EmbeddedPostgresError extends Error {
  constructor(problem: string, remedy?: string) {
    super(
      `${problem}: ${remedy === undefined ? '' : `${remedy}, or `}set DATABASE_URL to use another PostgreSQL.`,
    );
  }
}
