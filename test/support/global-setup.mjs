import { execFileSync } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';

/**
 * Builds what is tested as a process, and starts one real PostgreSQL for the run, without the waits for the disk and with one
 * migrated database to clone. Jest maps no `.js` to `.ts` here, so this uses the build.
 */
export default async function setUp() {
  execFileSync('npm', ['run', '--silent', 'build'], { stdio: ['ignore', 'ignore', 'inherit'] });
  const { startEmbeddedPostgres } = await import('../../dist/src/embedded-postgres/embedded-postgres.js');
  const { SCHEMA } = await import('../../dist/src/app/schema.js');
  const { createDataSource } = await import('../../dist/src/database/data-source.js');
  const { migrate } = await import('../../dist/src/database/migrate.js');

  const directory = await mkdtemp(join(tmpdir(), 'registry-test-'));
  const server = await startEmbeddedPostgres({ directory, durable: false, maxConnections: 200 });
  globalThis.testPostgres = { server, directory };
  process.env.TEST_POSTGRES_URL = server.url;

  const admin = new pg.Client(server.url);
  await admin.connect();
  await admin.query('create database registry_template');
  await admin.end();
  const url = new URL(server.url);
  url.pathname = '/registry_template';
  const dataSource = await createDataSource(url.href, SCHEMA).initialize();
  await migrate(dataSource);
  await dataSource.destroy();
}
