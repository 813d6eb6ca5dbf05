import { Counter, Gauge, type Registry } from 'prom-client';
import type { TrustedIssuers } from '../auth/trusted-issuers.js';

/** Whether tokens can be verified: the keys of every trusted issuer, read at each scrape. */
export function addKeyMetrics(registry: Registry, issuers: TrustedIssuers): void {
  const options = { labelNames: ['issuer' as const], registers: [registry] };
  new Gauge({
    ...options,
    name: 'issuer_keys_ready',
    help: '1 while tokens of the issuer can be verified, else 0.',
    collect() {
      for (const { issuer, ready } of issuers.state()) this.set({ issuer }, Number(ready));
    },
  });
  new Gauge({
    ...options,
    name: 'issuer_keys_age_seconds',
    help: 'Time since the keys of the issuer were last read. Absent until then.',
    collect() {
      for (const { issuer, ageSeconds } of issuers.state()) {
        if (ageSeconds !== null) this.set({ issuer }, ageSeconds);
      }
    },
  });
  new Counter({
    ...options,
    name: 'issuer_keys_refresh_failures_total',
    help: 'Failed reads of the keys of the issuer.',
    collect() {
      this.reset();
      for (const { issuer, failures } of issuers.state()) this.inc({ issuer }, failures);
    },
  });
}
