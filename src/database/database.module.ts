import {
  Global,
  Inject,
  Logger,
  Module,
  type DynamicModule,
  type OnApplicationShutdown,
} from '@nestjs/common';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { Config } from '../config/config.js';
import type { Schema } from './data-source.js';
import { connect, type Database } from './database.js';
import { SchemaVersion } from './schema-version.js';

const DATABASE = Symbol('Database');

/**
 * The database. It is connected and migrated before anything that needs it is made, and closed after the last request has
 * been answered.
 */
@Global()
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  static with(schema: Schema): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [
        {
          provide: DATABASE,
          inject: [Config],
          useFactory: (config: Config) => connect(config, schema, new Logger('Database')),
        },
        { provide: DataSource, inject: [DATABASE], useFactory: (database: Database) => database.dataSource },
        { provide: pg.Pool, inject: [DATABASE], useFactory: (database: Database) => database.pool },
        {
          provide: SchemaVersion,
          inject: [pg.Pool],
          useFactory: (pool: pg.Pool) => new SchemaVersion(pool, schema),
        },
      ],
      exports: [DataSource, pg.Pool, SchemaVersion],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}
