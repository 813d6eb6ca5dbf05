import 'reflect-metadata';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DataSource } from 'typeorm';
import { misuse, refuseArguments } from '../config/command-line.js';
import { Config } from '../config/config.js';
import { checkMigrations } from '../database/check-migrations.js';
import { SCHEMA } from '../app/schema.js';
import { createDataSource } from '../database/data-source.js';
import { startEmbeddedPostgres } from '../embedded-postgres/embedded-postgres.js';
import { generateMigration } from '../database/generate-migration.js';
import { migrate } from '../database/migrate.js';
import { openServiceDatabase } from '../database/service-database.js';

const USAGE = `npm run migration:run          brings the service's database to this version
npm run migration:revert       undoes its last migration
npm run migration:check        tries all migrations on an empty database
npm run migration:generate -- NAME`;

/** `npm run migration:run` and so on. `run` and `revert` work on the service's database, the others on an empty one. */
async function main([command, ...others]: string[]): Promise<string> {
  const name = command === 'generate' ? others.shift() : undefined;
  refuseArguments(others, USAGE);
  switch (command) {
    case 'run':
      await onServiceDatabase(migrate);
      return 'The schema is up to date.';
    case 'revert':
      await onServiceDatabase((dataSource) => dataSource.undoLastMigration());
      return 'The last migration is undone.';
    case 'check':
      await onEmptyDatabase(checkMigrations);
      return 'Migrations go up, down and up again, and the entities need no further one.';
    case 'generate':
      return `Review ${await onEmptyDatabase((dataSource) => generateMigration(dataSource, name))}, then add it to src/app/schema.ts.`;
    default:
      throw misuse('Say one of: run, revert, check, generate NAME.', USAGE);
  }
}

async function onServiceDatabase(work: (dataSource: DataSource) => Promise<void>): Promise<void> {
  const database = await openServiceDatabase(new Config(process.env));
  return withDataSource(database.url, work).finally(() => database.stop());
}

async function onEmptyDatabase<T>(work: (dataSource: DataSource) => Promise<T>): Promise<T> {
  const directory = await mkdtemp(join(tmpdir(), 'registry-migrations-'));
  const server = await startEmbeddedPostgres({ directory, durable: false });
  return withDataSource(server.url, work).finally(async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  });
}

async function withDataSource<T>(url: string, work: (dataSource: DataSource) => Promise<T>): Promise<T> {
  const dataSource = await createDataSource(url, SCHEMA, 0).initialize();
  return work(dataSource).finally(() => dataSource.destroy());
}

main(process.argv.slice(2)).then(console.log, (error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
