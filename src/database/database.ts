import type { LoggerService } from '@nestjs/common';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import type { Config } from '../config/config.js';
import { ConfigurationError } from '../config/environment.js';
import { codeOf } from '../lib/error-code.js';
import { createDataSource, type Schema } from './data-source.js';
import { migrate } from './migrate.js';
import { openServiceDatabase } from './service-database.js';

const OLDEST_POSTGRES = 15;

export interface Database {
  readonly dataSource: DataSource;
  /** The pool under the data source, for the prepared statements that every request runs. */
  readonly pool: pg.Pool;
  close(): Promise<void>;
}

/**
 * Connects to `DATABASE_URL`, or starts the embedded PostgreSQL, and brings the schema up to date.
 *
 * @throws ConfigurationError when `DATABASE_URL` names a database that cannot be used, EmbeddedPostgresError when the
 * embedded one cannot serve
 */
export async function connect(config: Config, schema: Schema, logger: LoggerService): Promise<Database> {
  const server = await openServiceDatabase(config, (line) => logger.debug?.(line));
  const dataSource = createDataSource(server.url, schema);
  const close = async (): Promise<void> => {
    if (dataSource.isInitialized) await dataSource.destroy();
    await server.stop();
  };
  try {
    await bringUpToDate(server.url, schema);
    await dataSource.initialize();
  } catch (error) {
    await close();
    throw error;
  }
  const pool = poolOf(dataSource);
  pool.on('release', endUnlessIdle);
  return { dataSource, pool, close };
}

/**
 * Migrates on connections of its own without a limit for queries: a large table takes its time, and so does waiting for
 * another process that migrates.
 */
async function bringUpToDate(url: string, schema: Schema): Promise<void> {
  const dataSource = createDataSource(url, schema, 0);
  try {
    await open(dataSource);
    await migrate(dataSource);
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
  }
}

async function open(dataSource: DataSource): Promise<void> {
  await dataSource.initialize().catch((error: unknown) => {
    // The message could hold parts of the URL; the code says enough (ECONNREFUSED, 28P01, 3D000, ...).
    const code = codeOf(error) ?? 'no answer';
    throw new ConfigurationError(`DATABASE_URL names a database that cannot be used (${code}).`);
  });
  const [row] = await dataSource.query<[{ version: number }]>(
    `select current_setting('server_version_num')::int / 10000 as version`,
  );
  if (row.version < OLDEST_POSTGRES) {
    throw new ConfigurationError(
      `DATABASE_URL names PostgreSQL ${row.version}; version ${OLDEST_POSTGRES} or newer is needed.`,
    );
  }
}

/** TypeORM keeps its pool untyped behind the driver. */
function poolOf(dataSource: DataSource): pg.Pool {
  return (dataSource.driver as PostgresDriver).master as pg.Pool;
}

/**
 * TypeORM gives a connection back as good even when its ROLLBACK has timed out. Were it used again, the next writes would join
 * the open transaction: answered, and never committed. The pool drops a connection that is ending.
 */
function endUnlessIdle(_error: unknown, client: pg.PoolClient): void {
  const { readyForQuery } = client as pg.PoolClient & { readonly readyForQuery: boolean };
  if (!readyForQuery || client.getTransactionStatus() !== 'I') void client.end();
}
