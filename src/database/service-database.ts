import type { Config } from '../config/config.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../embedded-postgres/embedded-postgres.js';

/** The database of `DATABASE_URL`, or else the embedded PostgreSQL, which this starts. Stop it after the last connection. */
export async function openServiceDatabase(
  { databaseUrl, dataDirectory }: Pick<Config, 'databaseUrl' | 'dataDirectory'>,
  log?: (line: string) => void,
): Promise<EmbeddedPostgres> {
  if (databaseUrl !== null) return { url: databaseUrl, stop: () => Promise.resolve() };
  return startEmbeddedPostgres({ directory: dataDirectory, log });
}
