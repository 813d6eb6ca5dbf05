import { HydraFailure } from '../admin-api/hydra-failure.js';

/** Hydra's client is not the one that was left there. Nothing is written until a second look says the same. */
export class ClientDoubted extends Error {}

/** Hydra's client is of a later state than the registry's own: what is right is for people to say. */
export class RegistryBehind extends Error {}

/** Hydra may have made the client anew, and did not say so. */
export class UnknownCreation extends HydraFailure {
  static readonly rethrow = (error: unknown): never => {
    const isUnknown = error instanceof HydraFailure && error.facts.effect === 'unknown';
    throw isUnknown ? new UnknownCreation(error.message, error.facts) : error;
  };
}
