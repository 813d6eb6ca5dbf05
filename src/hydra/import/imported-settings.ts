import type { ClientSettings } from '../../oauth-clients/model/members.js';
import { LIMITS } from '../../oauth-clients/model/oauth-client.limits.js';
import type { StoredHydraClient } from '../admin-api/hydra-admin-api.js';
import { hasVisibleCharacter, withoutProblems } from '../../validation/text-for-people.js';
import { settingsIn } from '../admin-api/hydra-client.js';
import type { RegistrationContext } from '../admin-api/registration-context.js';

/**
 * The client as the registry keeps it. What it does not know is left out: see `importObstacles`. A client without a secret
 * gets the PKCE that Hydra demands of it anyway.
 */
export function importedSettings(stored: StoredHydraClient, terms: RegistrationContext): ClientSettings {
  const settings = settingsIn(stored, terms);
  const { name, grant_types, token_endpoint_auth_method } = settings;
  const pkce_required =
    grant_types.includes('authorization_code') &&
    (token_endpoint_auth_method === 'none' || settings.pkce_required);
  return {
    ...settings,
    name: nameFor(name, stored.client_id),
    pkce_required,
    pkce_challenge_method: pkce_required ? 'S256' : null,
  };
}

/** People choose by it on consent pages, so it must be one that they can read. The client's id where nothing of it can be. */
function nameFor(name: string, clientId: string): string {
  const readable = withoutProblems(name);
  return cut(hasVisibleCharacter(readable) ? readable : clientId);
}

/** PostgreSQL counts code points. */
const cut = (name: string): string => Array.from(name).slice(0, LIMITS.name).join('');
