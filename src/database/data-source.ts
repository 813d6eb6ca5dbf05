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
    extra: { query_timeout: queryTimeout, keepAlive: true, onConnect: surviveLoss, types: TYPES },
  });
}

/**
 * Keeps the process alive when a borrowed connection is lost between two queries, to which nobody listens then: the next
 * query fails.
 */
function surviveLoss(client: pg.Client): void {
  client.on('error', () => undefined);
}
