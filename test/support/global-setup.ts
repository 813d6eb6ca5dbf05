import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDataSource } from '../../src/database/data-source.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/database/embedded-postgres.js';
import { migrate } from '../../src/database/migrate.js';
import { asAdmin, databaseUrl, setServerUrl, TEMPLATE } from './postgres.js';

declare global {
  var testPostgres: { readonly server: EmbeddedPostgres; readonly directory: string } | undefined;
}

/** One real PostgreSQL for the run, without the waits for the disk, and in it one migrated database to clone. */
export default async function setUp(): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'registry-test-'));
  const server = await startEmbeddedPostgres({ directory, durable: false, maxConnections: 200 });
  globalThis.testPostgres = { server, directory };
  setServerUrl(server.url);
  await asAdmin(`create database ${TEMPLATE}`);
  const dataSource = await createDataSource(databaseUrl(TEMPLATE)).initialize();
  await migrate(dataSource);
  await dataSource.destroy();
}
