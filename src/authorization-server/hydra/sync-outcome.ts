import type { SyncProblem } from '../../oauth-clients/oauth-client.vocabulary.js';
import type { Brought } from './bring-to-hydra.js';
import { HydraFailure, HydraRejection, type FailureFacts } from './hydra-failure.js';
import type { Claim, Setback } from './sync-store.js';

/** What came of an attempt. */
export type Outcome =
  | (Brought & { readonly kind: 'brought'; readonly problem: SyncProblem | null })
  | {
      readonly kind: 'rejected' | 'failed';
      readonly reason: string;
      readonly setback: Setback;
      /** Present when every other call would have failed too. */
      readonly server?: { readonly probeInMs: number | undefined };
    };

/** In words for the owner, who can do something about it. */
export const SECRET_LOST: SyncProblem = {
  code: 'secret_lost',
  detail: "The client's secret never reached Hydra, or was lost there. Make a new one: POST .../secrets.",
};

/** This many failures of one client alone, while Hydra works, are told to its owner. */
const TOLERATED_FAILURES = 5;

/** Sorts what an attempt ended with. Rethrows what is not about Hydra. */
export async function outcomeOf(attempt: Promise<Brought>, claim: Claim): Promise<Outcome> {
  try {
    const { secretLost } = await attempt;
    return { kind: 'brought', secretLost, problem: secretLost ? SECRET_LOST : null };
  } catch (error) {
    if (error instanceof HydraRejection) return rejected(error, claim);
    if (error instanceof HydraFailure) return failed(error, claim);
    throw error;
  }
}

function rejected({ problem }: HydraRejection, { syncAttempts }: Claim): Outcome {
  const attempts = syncAttempts + 1;
  const setback = { attempts, delay: backoff(attempts, REJECTED), effectUnknown: false, problem };
  return { kind: 'rejected', reason: problem.detail, setback };
}

function failed({ message, facts }: HydraFailure, { syncAttempts }: Claim): Outcome {
  // Nothing was wrong with this client when Hydra was not even asked, or asks all to wait.
  const isItsOwn = facts.effect === 'unknown' || facts.scope === 'client';
  const attempts = isItsOwn ? syncAttempts + 1 : syncAttempts;
  const setback = {
    attempts,
    delay: isItsOwn ? backoff(attempts, FAILED) : 0,
    effectUnknown: facts.effect === 'unknown',
    problem: attempts > TOLERATED_FAILURES ? failingProblem(message) : null,
  };
  const server = facts.scope === 'server' ? { probeInMs: probeIn(facts) } : undefined;
  return { kind: 'failed', reason: message, setback, server };
}

/** A call that got through may have failed for its client alone: Hydra is asked at once whether it works otherwise. */
const probeIn = ({ effect, retryAfterMs }: FailureFacts): number | undefined =>
  retryAfterMs ?? (effect === 'unknown' ? 0 : undefined);

const failingProblem = (message: string): SyncProblem => ({
  code: 'authorization_server_fails',
  detail: `Hydra fails when it is told of this client (${message}). It is tried again and again; nothing needs to be done unless this stays.`,
});

interface BackoffBounds {
  /** Seconds. */
  readonly first: number;
  readonly last: number;
}

const FAILED: BackoffBounds = { first: 1, last: 5 * 60 };
const REJECTED: BackoffBounds = { first: 60, last: 60 * 60 };

/** Seconds: doubles with each attempt; the jitter keeps many clients from coming back together. */
function backoff(attempts: number, { first, last }: BackoffBounds): number {
  const full = Math.min(last, first * 2 ** Math.min(attempts - 1, 20));
  return full * (0.5 + Math.random() / 2);
}
