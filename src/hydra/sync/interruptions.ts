import type { SyncProblem } from '../../oauth-clients/model/oauth-client.vocabulary.js';
import { HydraFailure, HydraRejection } from '../admin-api/hydra-failure.js';

/** Hydra's client is not the one that was left there. Nothing is written until a second look says the same. */
export class ClientDoubted extends Error {}

/** Hydra's client is of a later state than the registry's own: what is right is for people to say. */
export class RegistryBehind extends Error {}

/** The sealed secret is kept: perhaps only this process has another key, and another one can still open it. */
const SECRET_UNREADABLE: SyncProblem = {
  code: 'secret_unreadable',
  detail:
    'Hydra does not have the new secret, and it cannot be read any more: SECRETS_KEY is not the one that it was sealed with. ' +
    'Make a new one: POST .../secrets.',
};

/** As a rejection of Hydra, which was not asked: what it is to be told cannot be put together. */
export class SecretUnreadable extends HydraRejection {
  constructor() {
    super(SECRET_UNREADABLE);
  }
}

/** Hydra may have made the client anew, and did not say so. */
export class UnknownCreation extends HydraFailure {
  static readonly rethrow = (error: unknown): never => {
    const isUnknown = error instanceof HydraFailure && error.facts.effect === 'unknown';
    throw isUnknown ? new UnknownCreation(error.message, error.facts) : error;
  };
}

/** Tokens may go on, and what Hydra has of the client itself is known all the same. */
export class TokensNotEnded extends HydraFailure {
  static readonly rethrow = (error: unknown): never => {
    throw error instanceof HydraFailure ? new TokensNotEnded(error.message, error.facts) : error;
  };
}

/** Undefined for the 500 that Hydra answers where a patch does not fit; everything else is thrown on. */
export function unlessFailed(error: unknown): undefined {
  if (!(error instanceof HydraFailure) || error.facts.status !== 500) throw error;
}
