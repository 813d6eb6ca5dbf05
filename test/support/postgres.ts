import { randomUUID } from 'node:crypto';
import pg from 'pg';

/** The URL of a database on the server that the global setup started. */
export function databaseUrl(name: string): string {
  const url = new URL(process.env['TEST_POSTGRES_URL'] ?? '');
  url.pathname = `/${name}`;
  return url.href;
}

/** A database of one's own, cloned from the migrated template in a few milliseconds. */
export async function createDatabase(): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asAdmin(`create database ${name} template registry_template`);
  return databaseUrl(name);
}

export async function asAdmin(statement: string): Promise<void> {
  const client = new pg.Client(databaseUrl('postgres'));
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
