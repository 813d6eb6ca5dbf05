import type { ClientSettings } from '../../oauth-clients/oauth-client.merge.js';
import { pointerTo } from '../../oauth-clients/oauth-client.rules.js';
import type { Violation } from '../../problem-details/violation.js';

export interface HydraAbilities {
  /** Whether the authorize gate stands before Hydra's authorization endpoint. */
  readonly authorizeGate: boolean;
}

/** What the registry's rules allow and Hydra cannot serve: a member must never promise what does not happen. */
export function hydraRefusals(
  { pkceRequired, pkceChallengeMethod, tokenEndpointAuthMethod }: ClientSettings,
  { authorizeGate }: HydraAbilities,
): Violation[] {
  const violations: Violation[] = [];
  if (pkceChallengeMethod === 'plain') {
    violations.push({
      pointer: pointerTo('pkceChallengeMethod'),
      code: 'pkce_challenge_method_not_supported',
      detail: 'Hydra never accepts plain challenges: leave the method out, or send S256.',
    });
  }
  // Of clients without a secret Hydra itself demands PKCE (oauth2.pkce.enforced_for_public_clients).
  if (pkceRequired && tokenEndpointAuthMethod !== 'none' && !authorizeGate) {
    violations.push({
      pointer: pointerTo('pkceRequired'),
      code: 'pkce_not_enforceable',
      detail:
        'Hydra cannot demand PKCE of a single client with a secret. Leave it out, use token_endpoint_auth_method none, ' +
        'or ask the operator to put the authorize gate before Hydra (AUTHORIZE_GATE=enabled).',
    });
  }
  return violations;
}
