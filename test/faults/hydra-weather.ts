import { fault, type AdminCall, type Fault } from '../support/hydra/faults.js';
import type { NamedFault } from './faulty-hydra.js';
import type { Random } from './random.js';
import { OPERATIONS } from './scale.js';

/**
 * `routeless`: a gateway in front of Hydra that does not know it, and says 404 to everything.
 * `silent`: nothing is answered, and writes have their effect much later.
 */
export type Sky = 'clear' | 'changeable' | 'stormy' | 'slow' | 'routeless' | 'silent';

/** What goes wrong with a share of the calls. */
const SHARES: Readonly<Record<Sky, number>> = {
  clear: 0,
  changeable: 0.2,
  stormy: 0.7,
  slow: 1,
  routeless: 1,
  silent: 1,
};

/** Milliseconds. Less than the registry waits before it believes that a call has no effect any more. */
const LATEST = 2_500;
/** The same while the caller waits: longer than it takes to kill it and to start it again. */
const LATEST_UNANSWERED = OPERATIONS >= 100 ? 9_000 : LATEST;

const LOST_ROUTE: Fault = {
  effect: 'none',
  answer: { status: 404, headers: { 'content-type': 'text/plain' }, body: '404 page not found\n' },
};
const OTHER_PAGE: Fault = {
  effect: 'none',
  answer: { status: 200, headers: { 'content-type': 'text/html' }, body: '<h1>Maintenance</h1>' },
};
const REJECTION: Fault = {
  effect: 'none',
  answer: {
    status: 400,
    headers: { 'content-type': 'application/json' },
    body: '{"error":"invalid_client_metadata","error_description":"Nobody knows why."}',
  },
};

interface Choice {
  readonly weight: number;
  readonly value: NamedFault;
}

/** What goes wrong with the calls of the admin API, as the seed has it. */
export class HydraWeather {
  sky: Sky = 'changeable';
  /** How often each fault came. */
  readonly counts = new Map<string, number>();

  constructor(private readonly random: Random) {}

  faultFor(call: AdminCall): NamedFault | null {
    const fate = this.random.chance(SHARES[this.sky]) ? this.choose(call) : null;
    if (fate) this.counts.set(fate.name, (this.counts.get(fate.name) ?? 0) + 1);
    return fate;
  }

  private choose(call: AdminCall): NamedFault | null {
    if (this.sky === 'routeless') return { name: 'gateway without a route', ...LOST_ROUTE };
    if (this.sky === 'slow') return { name: 'slow', ...fault.slow(this.random.between(100, 1_500)) };
    // A probe: what it finds decides for how long nothing else is tried.
    if (call.clientId === null) return null;
    if (this.sky === 'silent')
      return call.method === 'GET'
        ? { name: 'no answer before', ...fault.hangBefore() }
        : this.lateUnanswered();
    const choices = call.method === 'GET' ? this.anyCall() : [...this.anyCall(), ...this.writes()];
    return this.random.weighted(choices);
  }

  private lateUnanswered(): NamedFault {
    const late = fault.late(this.random.between(LATEST_UNANSWERED / 4, LATEST_UNANSWERED));
    return { name: 'late without an answer', ...late, answer: 'hang' };
  }

  private anyCall(): Choice[] {
    const retryAfter = this.random.between(0, 1);
    return [
      choice(10, 'slow', fault.slow(this.random.between(50, 1_200))),
      choice(8, 'reset before', fault.resetBefore()),
      choice(8, '500 before', fault.statusBefore(500)),
      choice(6, '503 before', fault.statusBefore(503, retryAfter)),
      choice(5, '429 before', fault.statusBefore(429, retryAfter)),
      choice(2, 'another page in place of Hydra', OTHER_PAGE),
      choice(0.5, 'no answer before', fault.hangBefore()),
    ];
  }

  /** Hydra's own 404 is among these and never at a read: a Hydra that denies what it has cannot be told from one that lost it. */
  private writes(): Choice[] {
    const retryAfter = this.random.between(0, 1);
    return [
      choice(12, 'reset after', fault.resetAfter()),
      choice(14, 'late', fault.late(this.random.between(100, LATEST))),
      { weight: 3, value: this.lateUnanswered() },
      choice(6, '500 after', fault.statusAfter(500)),
      choice(5, '503 after', fault.statusAfter(503, retryAfter)),
      choice(3, '429 after', fault.statusAfter(429, retryAfter)),
      choice(5, '404 before', fault.statusBefore(404)),
      choice(3, '404 after', fault.statusAfter(404)),
      choice(4, '409 before', fault.statusBefore(409)),
      choice(3, '409 after', fault.statusAfter(409)),
      choice(4, '400 serialization before', fault.statusBefore(400)),
      choice(3, '400 serialization after', fault.statusAfter(400)),
      choice(2, 'rejection', REJECTION),
      choice(0.5, 'no answer after', fault.hangAfter()),
    ];
  }
}

const choice = (weight: number, name: string, what: Fault): Choice => ({ weight, value: { name, ...what } });
