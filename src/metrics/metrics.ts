import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { collectDefaultMetrics, Registry } from 'prom-client';
import { TrustedIssuers } from '../auth/trusted-issuers.js';
import { addKeyMetrics } from './key-metrics.js';
import { addPoolMetrics } from './pool-metrics.js';
import { RequestMetrics } from './request-metrics.js';

/** What operators watch. No label holds an id or anything a caller can make up, so there are only so many series. */
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

  /** All of it in Prometheus' text format. Who asks while it is being collected gets the same: it asks the database. */
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

/** Measures the process, so a process has only one, however many applications it holds. */
function processMetrics(): Registry {
  if (ofProcess === undefined) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess });
  }
  return ofProcess;
}
