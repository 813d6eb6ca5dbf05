import type pg from 'pg';
import { DataSource, type MigrationInterface } from 'typeorm';
import { CONNECT_TIMEOUT_MS, QUERY_TIMEOUT_MS } from './timeouts.js';
import { TYPES } from './types.js';

/** Connections per process; the benchmark's floor uses as many. */
export const POOL_SIZE = 10;

/** The tables, and the migrations that make them, in the order they run. */
export interface Schema {
  readonly entities: readonly (new () => object)[];
  readonly migrations: readonly (new () => MigrationInterface)[];
}

/** @param queryTimeout milliseconds; 0 for none, as migrations need */
export function createDataSource(url: string, schema: Schema, queryTimeout = QUERY_TIMEOUT_MS): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    entities: [...schema.entities],
    migrations: [...schema.migrations],
    migrationsTransactionMode: 'all',
    uuidExtension: 'pgcrypto',
    installExtensions: false,
    applicationName: 'oauth-client-registry',
    poolSize: POOL_SIZE,
    connectTimeoutMS: CONNECT_TIMEOUT_MS,
    extra: { query_timeout: queryTimeout, keepAlive: true, onConnect: prepare, types: TYPES },
  });
}

/**
 * What each connection is told before its first query. Statements are written for one plan, whatever their values are:
 * left to choose, PostgreSQL plans some of them anew for each call, which takes it longer than to run them.
 */
async function prepare(client: pg.Client): Promise<void> {
  // Nobody listens to a borrowed connection between two queries: its loss fails the next query, and not the process.
  client.on('error', () => undefined);
  await client.query('set plan_cache_mode = force_generic_plan');
}
