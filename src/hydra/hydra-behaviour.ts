import type { ServerBehaviour } from '../oauth-clients/model/server-behaviour.js';
import { addedScopes } from './admin-api/hydra-scopes.js';
import type { HydraAbilities } from './hydra-violations.js';

/** What owners are told of Hydra. The token hook is what knows of uses. */
export const hydraBehaviour = ({ authorizeGate, hookSecrets }: HydraAbilities): ServerBehaviour => ({
  refreshNeedsOfflineAccess: true,
  noticesUses: hookSecrets.length > 0,
  requiresPkceBesideSecret: authorizeGate,
  lostScopes: (before, after) =>
    after.grant_types.includes('refresh_token')
      ? before.scopes.filter((scope) => ![...after.scopes, ...addedScopes(after)].includes(scope))
      : [],
});
