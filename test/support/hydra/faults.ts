import { setTimeout as sleep } from 'node:timers/promises';
import { json, refusal, type HttpAnswer, type NoAnswer } from './http.js';
import { duplicate, noSuchResource, notSerializable, unrecognizable } from './hydra-error.js';

/** A call of the admin API. */
export interface AdminCall {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The client it is about, where it is about one. */
  readonly clientId: string | null;
  /** The body as it was sent. */
  readonly body: string;
  /** What it was answered with; null while it is under way and for ever where no answer was given. */
  status: number | null;
}

/** What goes wrong with a call: what comes of it, and what the caller gets to see. */
export interface Fault {
  readonly effect: 'none' | 'now' | 'late';
  /** `real` is what Hydra would say. */
  readonly answer: 'real' | NoAnswer | HttpAnswer;
  /** How long before the effect; where that is late, how long after the answer. */
  readonly ms?: number;
  /** The effect waits for this too. */
  readonly until?: Promise<void>;
}

/** Decides what happens to a call, null for nothing bad. Called once for each, in the order of their arrival. */
export type Faults = (call: AdminCall) => Fault | null;

const REFUSALS: Readonly<Record<number, () => HttpAnswer>> = {
  400: () => refusal(notSerializable()),
  404: () => refusal(noSuchResource()),
  409: () => refusal(duplicate()),
  429: () => json(429, { error: 'Too Many Requests' }, { 'retry-after': '1' }),
  500: () => refusal(unrecognizable()),
  503: () => json(503, { error: 'Service Unavailable' }, { 'retry-after': '1' }),
};

export type FaultStatus = 400 | 404 | 409 | 429 | 500 | 503;

/** The faults there are. */
export const fault = {
  /** All as it should be, only later. The effect comes even when the caller has given up waiting. */
  slow: (ms: number): Fault => ({ effect: 'now', answer: 'real', ms }),
  /** All as it should be, as soon as the test says so. */
  held: (until: Promise<void>): Fault => ({ effect: 'now', answer: 'real', until }),
  resetBefore: (): Fault => ({ effect: 'none', answer: 'reset' }),
  resetAfter: (): Fault => ({ effect: 'now', answer: 'reset' }),
  hangBefore: (): Fault => ({ effect: 'none', answer: 'hang' }),
  hangAfter: (): Fault => ({ effect: 'now', answer: 'hang' }),
  /** @param retryAfter in seconds, with 429 and 503 */
  statusBefore: (status: FaultStatus, retryAfter?: number): Fault => ({
    effect: 'none',
    answer: withRetryAfter(status, retryAfter),
  }),
  statusAfter: (status: FaultStatus, retryAfter?: number): Fault => ({
    effect: 'now',
    answer: withRetryAfter(status, retryAfter),
  }),
  /** The connection is reset at once, and the write lands only after that: behind newer ones. */
  late: (ms: number): Fault => ({ effect: 'late', answer: 'reset', ms }),
  /** The same, as soon as the test says so. */
  lateUntil: (until: Promise<void>): Fault => ({ effect: 'late', answer: 'reset', until }),
} as const;

/** A moment that calls to Hydra wait for, and that the test lets come. */
export function moment(): { readonly come: Promise<void>; readonly letCome: () => void } {
  let letCome = (): void => undefined;
  const come = new Promise<void>((resolve) => (letCome = resolve));
  return { come, letCome };
}

function withRetryAfter(status: FaultStatus, seconds?: number): HttpAnswer {
  const answer = REFUSALS[status]?.() ?? { status };
  if (seconds === undefined) return answer;
  return { ...answer, headers: { ...answer.headers, 'retry-after': String(seconds) } };
}

/** Runs a call with its fault. @param signal ends what is late or slow when the stand-in stops */
export async function withFault(
  { effect, answer, ms = 0, until }: Fault,
  run: () => Promise<HttpAnswer | NoAnswer>,
  signal: AbortSignal,
): Promise<HttpAnswer | NoAnswer> {
  if (effect === 'late') {
    void sleep(ms, undefined, { signal })
      .then(() => until)
      .then(run, () => undefined);
    return answer === 'real' ? 'reset' : answer;
  }
  await sleep(ms, undefined, { signal }).catch(() => undefined);
  await until;
  const real = effect === 'now' ? await run() : 'reset';
  return answer === 'real' ? real : answer;
}
