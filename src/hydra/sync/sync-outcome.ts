import type { Doubt, SyncProblem } from '../../oauth-clients/model/oauth-client.vocabulary.js';
import type { Brought } from './bring-to-hydra.js';
import type { TripFacts } from './circuit.js';
import { HydraFailure, HydraRejection, type FailureFacts } from '../admin-api/hydra-failure.js';
import {
  ClientDoubted,
  RegistryBehind,
  SecretUnreadable,
  TokensNotEnded,
  UnknownCreation,
} from './interruptions.js';
import type { LoneFailures } from './lone-failures.js';
import type { LeasedClient } from '../../oauth-clients/model/leased-client.js';
import type { Setback } from './sync-store.js';

/** What came of an attempt. */
export type SyncOutcome =
  | (Brought & { readonly kind: 'brought'; readonly problem: SyncProblem | null })
  | {
      /** `doubted`: a second look decides. */
      readonly kind: 'rejected' | 'failed' | 'doubted';
      readonly reason: string;
      readonly setback: Setback;
      /** Whether it shows that Hydra works, which only its own answers do. */
      readonly isProof: boolean;
      /** Present when any other call may fail now as this one did. */
      readonly trip?: TripFacts;
    };

/** In words for the owner, who can do something about it. */
export const SECRET_LOST: SyncProblem = {
  code: 'secret_lost',
  detail: "The client's secret never reached Hydra, or was lost there. Make a new one: POST .../secrets.",
};

/** In words for the owner, and for whoever operates the registry. */
const REGISTRY_RESTORED: SyncProblem = {
  code: 'registry_restored',
  detail:
    'Hydra has a later state of this client than the registry, whose database was put back: it gets no tokens. Make a new ' +
    'secret (POST .../secrets), or have an operator accept what the registry has (npm run sync:check -- --accept).',
};

/** Seconds until the second look. */
const SECOND_LOOK = 30;

/** This many failures of one client alone, while Hydra works, are told to its owner. */
const TOLERATED_FAILURES = 5;

/** What came of an attempt. Errors that are not about Hydra are thrown on. */
export async function outcomeOf(
  attempt: Promise<Brought>,
  leased: LeasedClient,
  loneFailures: LoneFailures,
): Promise<SyncOutcome> {
  try {
    const brought = await attempt;
    loneFailures.noteSuccess(leased.id);
    return { ...brought, kind: 'brought', problem: brought.secretLost ? SECRET_LOST : null };
  } catch (error) {
    if (error instanceof ClientDoubted) return doubted(leased);
    if (error instanceof RegistryBehind)
      return rejected(REGISTRY_RESTORED, leased, { isProof: false, doubt: 'held' });
    if (error instanceof HydraRejection)
      return rejected(error.problem, leased, { isProof: !(error instanceof SecretUnreadable) });
    if (error instanceof HydraFailure) return failed(error, leased, loneFailures);
    throw error;
  }
}

/** The client is read again in half a minute, as after a call without an answer. */
function doubted({ sync_attempts: attempts }: LeasedClient): SyncOutcome {
  const setback = {
    attempts,
    delay: SECOND_LOOK,
    effectUnknown: true,
    problem: null,
    doubt: 'raised',
  } as const;
  return {
    kind: 'doubted',
    reason: 'Hydra has not what it was left with. It is looked again in half a minute',
    setback,
    isProof: true,
  };
}

function rejected(
  problem: SyncProblem,
  { sync_attempts }: LeasedClient,
  { isProof, doubt }: { isProof: boolean; doubt?: Doubt },
): SyncOutcome {
  const attempts = sync_attempts + 1;
  const setback = { attempts, delay: backoff(attempts, REJECTED), effectUnknown: false, problem, doubt };
  return { kind: 'rejected', reason: problem.detail, setback, isProof };
}

function failed(
  failure: HydraFailure,
  { id, sync_attempts }: LeasedClient,
  loneFailures: LoneFailures,
): SyncOutcome {
  const { message, facts } = failure;
  const isPerhapsAlone = facts.scope === 'server' && isAboutOneCall(facts);
  const isItsOwn = facts.scope === 'client' || (isPerhapsAlone && loneFailures.noteFailure(id));
  const attempts = isItsOwn || isPerhapsAlone ? sync_attempts + 1 : sync_attempts;
  const setback = {
    attempts,
    // The circuit slows down all clients together; this one goes to the end of the line.
    delay: isItsOwn ? backoff(attempts, FAILED) : 0,
    effectUnknown: facts.effect === 'unknown' && !(failure instanceof TokensNotEnded),
    createdUnknown: failure instanceof UnknownCreation,
    problem: attempts > TOLERATED_FAILURES ? failingProblem(message) : null,
  };
  const trip = isItsOwn ? undefined : { retryAfterMs: facts.retryAfterMs, isPerhapsAlone };
  return { kind: 'failed', reason: message, setback, isProof: false, trip };
}

/** Whether a failure may be about this one call: it is not when Hydra was not even reached, or asks all to wait. */
const isAboutOneCall = ({ effect, status }: FailureFacts): boolean =>
  status !== 429 && (effect === 'unknown' || status !== undefined);

const failingProblem = (message: string): SyncProblem => ({
  code: 'authorization_server_fails',
  detail: `Hydra fails when it is told of this client (${message}). It is tried again and again; ask the operator if this stays.`,
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
