import { Injectable } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { Metrics } from '../../metrics/metrics.js';
import { DRIFTS } from './drift-report.js';

/** Metrics of the comparisons of Hydra with the registry. */
@Injectable()
export class DriftMetrics {
  readonly passes: Counter<'outcome'>;
  readonly drifted: Counter<'kind'>;
  private completedAt: number | null = null;
  private orphans = 0;

  constructor(private readonly metrics: Metrics) {
    const registers = [metrics.registry];
    this.passes = new Counter({
      name: 'sync_drift_passes_total',
      help: 'Comparisons of all of Hydra with the registry, by how they ended: complete or failed.',
      labelNames: ['outcome'],
      registers,
    });
    for (const outcome of ['complete', 'failed']) this.passes.inc({ outcome }, 0);
    this.drifted = new Counter({
      name: 'sync_drift_clients_total',
      help: 'Clients that were not in Hydra as they should have been: different, missing or undeleted.',
      labelNames: ['kind'],
      registers,
    });
    for (const kind of DRIFTS) this.drifted.inc({ kind }, 0);
    this.addLatest(
      'sync_drift_pass_age_seconds',
      'Time since the last complete comparison.',
      (completedAt) => (performance.now() - completedAt) / 1_000,
    );
    this.addLatest(
      'sync_drift_orphans',
      'Clients in Hydra with the mark of this registry that it does not have, at the last complete comparison.',
      () => this.orphans,
    );
  }

  completed({ orphans }: { orphans: number }): void {
    this.passes.inc({ outcome: 'complete' });
    this.completedAt = performance.now();
    this.orphans = orphans;
  }

  private addLatest(name: string, help: string, valueAt: (completedAt: number) => number): void {
    const completedAt = (): number | null => this.completedAt;
    new Gauge({
      name,
      help: `${help} Absent until this process has done one.`,
      registers: [this.metrics.registry],
      collect() {
        const at = completedAt();
        if (at === null) this.remove();
        else this.set(valueAt(at));
      },
    });
  }
}
