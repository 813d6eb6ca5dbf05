import { Counter, Histogram, type Registry } from 'prom-client';

/** Upper bounds in seconds: an answer takes a few milliseconds, and 10 s is when the database is given up on. */
const BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

export interface MeasuredRequest {
  readonly method: string;
  /** The pattern of the route, never the path: a path holds ids, and anyone can make it up. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

interface Series {
  readonly count: () => void;
  readonly observe: (seconds: number) => void;
}

/** Counts requests by how they were answered, and measures how long that took. */
export class RequestMetrics {
  /** By labels: as few as there are routes, methods and statuses. A look-up in prom-client costs more than counting. */
  private readonly series = new Map<string, Series>();
  private readonly requests: Counter<'method' | 'route' | 'status'>;
  private readonly durations: Histogram<'method' | 'route'>;

  constructor(registry: Registry) {
    this.requests = new Counter({
      name: 'http_requests_total',
      help: 'Requests answered.',
      labelNames: ['method', 'route', 'status'],
      registers: [registry],
    });
    this.durations = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Time from the headers of a request to the end of its answer.',
      labelNames: ['method', 'route'],
      buckets: BUCKETS,
      registers: [registry],
    });
  }

  record({ method, route, status, seconds }: MeasuredRequest): void {
    const labels = `${method} ${route} ${status}`;
    let series = this.series.get(labels);
    if (series === undefined) {
      const counter = this.requests.labels(method, route, String(status));
      const histogram = this.durations.labels(method, route);
      series = { count: () => counter.inc(), observe: (value) => histogram.observe(value) };
      this.series.set(labels, series);
    }
    series.count();
    series.observe(seconds);
  }
}
