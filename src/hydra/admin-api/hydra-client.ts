import { responseTypesOf, type GrantType } from '../../oauth-clients/model/oauth-client.vocabulary.js';
import { isRegistryScope } from '../../oauth-clients/model/scope.js';
import type { HydraTerms } from './hydra-terms.js';
import type { Registration } from './registration.js';

/** What the registry manages of a client in Hydra, by the names of Hydra's admin API. All else is left as it is there. */
export interface HydraClient {
  readonly client_id: string;
  readonly client_name: string;
  readonly owner: string;
  readonly redirect_uris: readonly string[];
  readonly grant_types: readonly string[];
  readonly response_types: readonly string[];
  readonly scope: string;
  readonly token_endpoint_auth_method: string;
  readonly audience: readonly string[];
  readonly allowed_cors_origins: readonly string[];
  readonly access_token_strategy?: 'jwt';
  readonly skip_consent: boolean;
  readonly skip_logout_consent: boolean;
  readonly metadata: { readonly [MARK]: Mark };
}

/** Members that the registry sets for some clients; for all others they are an operator's. */
export const SET_FOR_SOME = ['access_token_strategy'] as const satisfies (keyof HydraClient)[];

/** The member of `metadata` that says whose the client is, and which state of it Hydra has. */
export const MARK = 'oauth_client_registry';

export interface Mark {
  readonly registry: string;
  /** The registry's own id of the client. */
  readonly id: string;
  readonly organization_id: string;
  readonly project_id: string;
  readonly revision: number;
  /** The secret that Hydra has; null if it has none that anybody knows. */
  readonly secret_id: string | null;
  /** `direct`: Hydra has the secret that the client itself presents. */
  readonly mode: 'direct';
  /** The key that Hydra's secret is derived from; null where it is not derived. */
  readonly key: null;
  /** Which of `SET_FOR_SOME` are set, so that they can be given back. */
  readonly sets: readonly string[];
  readonly pkce_required: boolean;
  readonly pkce_challenge_method: string | null;
}

/** The mark in a client's metadata, which anybody with access to Hydra can write: null unless it looks like one. */
export function markIn({ metadata }: Readonly<Record<string, unknown>>): Partial<Mark> | null {
  const mark: unknown = Object(metadata)[MARK];
  return typeof mark === 'object' ? mark : null;
}

/** Hydra takes an empty scope for "the default scopes", so a client without any has one that nothing honours. */
export const NO_SCOPE = 'registry:none';

/** Hydra takes empty lists for the code flow. It checks no values, and every grant asks for its own name. */
const NOTHING = ['disabled'];

/** Scopes without which Hydra would not serve a grant that the client has. */
const IMPLIED_SCOPES: Partial<Record<GrantType, string>> = {
  refresh_token: 'offline_access',
  implicit: 'openid',
};

/** Whether Hydra's client may have the scope without the registry's having it. */
export const isAddedForHydra = (scope: string): boolean =>
  scope === NO_SCOPE || Object.values(IMPLIED_SCOPES).includes(scope);

/** The client as Hydra is to have it, without its secret. */
export function toHydraClient(
  registration: Registration,
  { registryId, audience, mayAssign }: HydraTerms,
): HydraClient {
  const { enabled, trusted } = registration;
  const scopes = registration.scopes.filter(mayAssign);
  const callsThisApi = scopes.some(isRegistryScope);
  const response_types = responseTypesOf(registration.grant_types);
  const setForSome = { ...(callsThisApi && { access_token_strategy: 'jwt' as const }) };
  return {
    client_id: registration.client_id,
    client_name: registration.name,
    owner: registration.project_id,
    redirect_uris: registration.redirect_uris,
    grant_types: enabled ? registration.grant_types : NOTHING,
    response_types: enabled && response_types.length > 0 ? response_types : NOTHING,
    scope: scopeOf(scopes, registration.grant_types),
    token_endpoint_auth_method: registration.token_endpoint_auth_method,
    audience: callsThisApi ? [audience] : [],
    allowed_cors_origins: [],
    ...setForSome,
    skip_consent: trusted,
    skip_logout_consent: trusted,
    metadata: { [MARK]: markOf(registration, registryId, Object.keys(setForSome)) },
  };
}

function markOf(registration: Registration, registryId: string, sets: readonly string[]): Mark {
  return {
    registry: registryId,
    id: registration.id,
    organization_id: registration.organization_id,
    project_id: registration.project_id,
    revision: registration.revision,
    secret_id: registration.secret_id,
    mode: 'direct',
    key: null,
    sets,
    pkce_required: registration.pkce_required,
    pkce_challenge_method: registration.pkce_challenge_method,
  };
}

function scopeOf(scopes: readonly string[], grants: readonly GrantType[]): string {
  const implied = grants.flatMap((grant) => IMPLIED_SCOPES[grant] ?? []);
  return [...new Set([...scopes, ...implied])].join(' ') || NO_SCOPE;
}
