import { randomUUID } from 'node:crypto';
import pg from 'pg';

const ADMIN_URL = 'TEST_POSTGRES_URL';
export const TEMPLATE = 'registry_template';

/** Told by the global setup to the workers, which inherit its environment. */
export const setServerUrl = (url: string): void => void (process.env[ADMIN_URL] = url);

/** The URL of a database on the server that the global setup started. */
export function databaseUrl(name: string): string {
  const url = new URL(process.env[ADMIN_URL] ?? '');
  url.pathname = `/${name}`;
  return url.href;
}

/** A database of one's own, cloned from the migrated template in a few milliseconds. */
export async function createDatabase(): Promise<string> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asAdmin(`create database ${name} template ${TEMPLATE}`);
  return databaseUrl(name);
}

export async function asAdmin(statement: string): Promise<void> {
  const client = new pg.Client(databaseUrl('postgres'));
  await client.connect();
  await client.query(statement).finally(() => client.end());
}
