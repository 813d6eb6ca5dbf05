import { newSettings } from '../../oauth-clients/model/client-settings.js';
import type { ClientSettings } from '../../oauth-clients/model/members.js';
import { LIMITS } from '../../oauth-clients/model/oauth-client.limits.js';
import {
  GRANT_TYPES,
  TOKEN_ENDPOINT_AUTH_METHODS,
  type GrantType,
  type TokenEndpointAuthMethod,
} from '../../oauth-clients/model/oauth-client.vocabulary.js';
import type { StoredHydraClient } from '../admin-api/hydra-admin-api.js';
import { NO_SCOPE } from '../admin-api/hydra-client.js';
import type { Mark } from '../admin-api/hydra-client.js';

/** The members of a client that decide what becomes of it, with Hydra's defaults for what is empty. */
export interface HydraFacts {
  readonly client_id: string;
  readonly name: string;
  readonly redirect_uris: readonly string[];
  readonly grant_types: readonly string[];
  readonly response_types: readonly string[];
  readonly scopes: readonly string[];
  readonly audience: readonly string[];
  readonly token_endpoint_auth_method: string;
  readonly skip_consent: boolean;
}

/** What an empty list means to Hydra. */
export const HYDRA_DEFAULTS = { grant_types: ['authorization_code'], response_types: ['code'] };

export const factsOf = (stored: StoredHydraClient): HydraFacts => ({
  client_id: stored.client_id,
  name: text(stored['client_name']),
  redirect_uris: texts(stored['redirect_uris']),
  grant_types: distinct(texts(stored['grant_types'], HYDRA_DEFAULTS.grant_types)),
  response_types: texts(stored['response_types'], HYDRA_DEFAULTS.response_types),
  scopes: distinct(text(stored['scope']).split(' ')).filter((scope) => scope !== '' && scope !== NO_SCOPE),
  audience: texts(stored['audience']),
  token_endpoint_auth_method: text(stored['token_endpoint_auth_method']) || 'client_secret_basic',
  skip_consent: stored['skip_consent'] === true,
});

export const isGrantType = (text: string): text is GrantType =>
  (GRANT_TYPES as readonly string[]).includes(text);

export const isAuthMethod = (text: string): text is TokenEndpointAuthMethod =>
  (TOKEN_ENDPOINT_AUTH_METHODS as readonly string[]).includes(text);

/**
 * The client as the registry keeps it. What it does not know is left out: see `importRefusals`. A client without a secret
 * gets the PKCE that Hydra demands of it anyway.
 *
 * @param mark what this registry has said about the client before it lost it
 */
export function importedSettings(facts: HydraFacts, mark: Partial<Mark> | null): ClientSettings {
  const grant_types = facts.grant_types.filter(isGrantType);
  const token_endpoint_auth_method = isAuthMethod(facts.token_endpoint_auth_method)
    ? facts.token_endpoint_auth_method
    : 'client_secret_basic';
  const pkce_required =
    grant_types.includes('authorization_code') &&
    (token_endpoint_auth_method === 'none' || mark?.pkce_required === true);
  return {
    ...newSettings({ name: '', grant_types }),
    name: cut(facts.name.trim() === '' ? facts.client_id : facts.name),
    redirect_uris: [...facts.redirect_uris],
    grant_types,
    scopes: [...facts.scopes],
    trusted: facts.skip_consent,
    token_endpoint_auth_method,
    pkce_required,
    pkce_challenge_method: pkce_required ? 'S256' : null,
  };
}

/** PostgreSQL counts code points. */
const cut = (name: string): string => Array.from(name).slice(0, LIMITS.name).join('');

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function texts(value: unknown, otherwise: readonly string[] = []): readonly string[] {
  const list = Array.isArray(value) ? value.map(text) : [];
  return list.length > 0 ? list : otherwise;
}

const distinct = (list: readonly string[]): readonly string[] => [...new Set(list)];
