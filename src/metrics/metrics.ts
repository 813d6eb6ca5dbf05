import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { TrustedIssuers } from '../auth/trusted-issuers.js';
import { addKeyMetrics } from './key-metrics.js';
import { addPoolMetrics } from './pool-metrics.js';
import { RequestMetrics } from './request-metrics.js';

/** What operators watch. No label holds an id or anything a caller can make up, so that the number of series is bounded. */
@Injectable()
export class Metrics {
  readonly requests: RequestMetrics;
  readonly registry = new Registry();
  private readonly process = processMetrics();
  private collecting: Promise<string> | null = null;

  constructor(issuers: TrustedIssuers, pool: pg.Pool) {
    this.requests = new RequestMetrics(this.registry);
    addKeyMetrics(this.registry, issuers);
    addPoolMetrics(this.registry, pool);
  }

  /** All metrics in Prometheus' text format. Scrapes at the same time share one collection, since it asks the database. */
  toText(): Promise<string> {
    this.collecting ??= this.collect().finally(() => {
      this.collecting = null;
    });
    return this.collecting;
  }

  private async collect(): Promise<string> {
    return (await this.registry.metrics()) + (await this.process.metrics());
  }
}

let ofProcess: Registry | undefined;

/** Metrics of the process. It has one registry of them, however many applications it holds. */
function processMetrics(): Registry {
  if (ofProcess === undefined) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess });
  }
  return ofProcess;
}
