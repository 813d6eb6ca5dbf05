import { Injectable } from '@nestjs/common';
import { Counter } from 'prom-client';
import { Metrics } from '../../metrics/metrics.js';

/**
 * `verified`: the client proved itself here; `direct`: it proves itself to Hydra; `stranger`: it is not of this registry;
 * `refused`: it did not prove itself; `limited`: it did so too often; `unreadable`: the request is malformed;
 * `unavailable`: the client could not be looked up, or Hydra not reached.
 */
export const GATE_OUTCOMES = [
  'verified',
  'direct',
  'stranger',
  'refused',
  'limited',
  'unreadable',
  'unavailable',
] as const;
export type GateOutcome = (typeof GATE_OUTCOMES)[number];

@Injectable()
export class GateMetrics {
  private readonly requests: Counter<'outcome'>;
  /** Hydra did not know a client by the credential that was tried first. */
  readonly secondTries: Counter;

  constructor({ registry }: Metrics) {
    this.requests = new Counter({
      name: 'token_gate_requests_total',
      help: 'Requests at the token gate, by what became of them. refused and limited are wrong secrets.',
      labelNames: ['outcome'],
      registers: [registry],
    });
    for (const outcome of GATE_OUTCOMES) this.requests.inc({ outcome }, 0);
    this.secondTries = new Counter({
      name: 'token_gate_second_tries_total',
      help: 'Requests that Hydra refused first because it knew the client by another credential, as during a move.',
      registers: [registry],
    });
  }

  count(outcome: GateOutcome): void {
    this.requests.inc({ outcome });
  }
}
