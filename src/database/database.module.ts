import { Global, Inject, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { Config } from '../config/config.js';
import { connect, type Database } from './database.js';

const DATABASE = Symbol('Database');

/** Connected and migrated before anything that needs it is made; closed after the last request has been answered. */
@Global()
@Module({
  providers: [
    {
      provide: DATABASE,
      inject: [Config],
      useFactory: (config: Config) => connect(config, new Logger('Database')),
    },
    { provide: DataSource, inject: [DATABASE], useFactory: (database: Database) => database.dataSource },
    { provide: pg.Pool, inject: [DATABASE], useFactory: (database: Database) => database.pool },
  ],
  exports: [DataSource, pg.Pool],
})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(@Inject(DATABASE) private readonly database: Database) {}

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}
