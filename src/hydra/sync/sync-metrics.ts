import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { Counter, Gauge } from 'prom-client';
import { IS_UNSYNCED, UNSYNCED_SINCE } from '../../oauth-clients/model/sync-state.js';
import { Metrics } from '../../metrics/metrics.js';

/** Metrics of bringing clients to Hydra, and of what Hydra lacks. */
@Injectable()
export class SyncMetrics {
  readonly attempts: Counter<'outcome'>;
  readonly circuitOpen: Gauge;

  constructor(
    private readonly metrics: Metrics,
    private readonly pool: pg.Pool,
  ) {
    const registers = [metrics.registry];
    this.attempts = new Counter({
      name: 'sync_attempts_total',
      help: 'Attempts to bring a client to Hydra, by what came of them: brought, rejected, failed, or doubted.',
      labelNames: ['outcome'],
      registers,
    });
    for (const outcome of ['brought', 'rejected', 'failed', 'doubted']) this.attempts.inc({ outcome }, 0);
    this.circuitOpen = new Gauge({
      name: 'sync_circuit_open',
      help: '1 while Hydra is out of reach of this process, else 0.',
      registers,
    });
    this.addCount('sync_unsynced_clients', 'Clients with a change that Hydra does not have.', 'count(*)');
    this.addCount(
      'sync_oldest_unsynced_age_seconds',
      'Time since Hydra lacks the oldest change that it does not have; 0 when it has all.',
      `coalesce(extract(epoch from now() - min(${UNSYNCED_SINCE})), 0)`,
    );
  }

  /** Over all unsynced clients, counted when somebody asks. Absent while the database is away. */
  private addCount(name: string, help: string, aggregate: string): void {
    const { pool } = this;
    const query = `select (${aggregate})::float8 as value from oauth_clients c where ${IS_UNSYNCED}`;
    new Gauge({
      name,
      help: `${help} Absent while the database is away.`,
      registers: [this.metrics.registry],
      async collect() {
        this.reset();
        const { rows } = await pool.query<{ value: number }>(query).catch(() => ({ rows: [] }));
        if (rows[0]) this.set(rows[0].value);
        else this.remove();
      },
    });
  }
}
