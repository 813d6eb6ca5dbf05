import { originsOf } from '../../oauth-clients/model/browser-origin.js';
import type { ClientSettings } from '../../oauth-clients/model/members.js';
import {
  isAuthMethod,
  isGrantType,
  isPkceChallengeMethod,
  responseTypesOf,
  type GrantType,
  type ServerMode,
} from '../../oauth-clients/model/oauth-client.vocabulary.js';
import { isRegistryScope } from '../../oauth-clients/model/scope.js';
import type { RegistrationContext } from './registration-context.js';
import { addedScopes, grantableScopes, NO_SCOPE } from './hydra-scopes.js';
import { LIFESPAN_NAMES, lifespansOf, lifetimesIn, type Lifespans } from './lifespans.js';
import type { Registration } from '../../oauth-clients/model/registration.js';

/*
 * The members of a client in Hydra's words, and back: `settingsIn` reads what `toHydraClient` writes. What Hydra has no word
 * for is in the mark.
 */

/** What the registry manages of a client in Hydra, by the names of Hydra's admin API. All else is left as it is there. */
export interface HydraClient extends Lifespans {
  readonly client_id: string;
  readonly client_name: string;
  readonly owner: string;
  readonly redirect_uris: readonly string[];
  readonly grant_types: readonly string[];
  readonly response_types: readonly string[];
  readonly scope: string;
  readonly token_endpoint_auth_method: string;
  readonly audience: readonly string[];
  readonly access_token_strategy?: 'jwt';
  readonly post_logout_redirect_uris: readonly string[];
  readonly allowed_cors_origins: readonly string[];
  readonly client_uri: string;
  readonly logo_uri: string;
  readonly policy_uri: string;
  readonly tos_uri: string;
  readonly contacts: readonly string[];
  readonly skip_consent: boolean;
  readonly skip_logout_consent: boolean;
  readonly metadata: { readonly [MARK]: Mark };
}

/** Members that the registry sets for some clients; for all others they are an operator's. */
export const SET_FOR_SOME: readonly (keyof HydraClient)[] = ['access_token_strategy', ...LIFESPAN_NAMES];

/** The member of `metadata` that says whose the client is, and which state of it Hydra has. */
export const MARK = 'oauth_client_registry';

export interface Mark {
  readonly registry: string;
  /** The registry's own id of the client. */
  readonly id: string;
  readonly organization_id: string;
  readonly project_id: string;
  readonly revision: number;
  /** In mode `direct` the client's secret that Hydra has, null for one that nobody knows; in mode `gate` the client's newest. */
  readonly secret_id: string | null;
  /** `direct`: Hydra has the secret that the client itself presents. `gate`: an internal one. */
  readonly mode: ServerMode;
  /** The key that Hydra's secret is derived from; null where it is not derived, and for a public client, which has none. */
  readonly key: string | null;
  /** Which of `SET_FOR_SOME` are set, so that they can be given back. */
  readonly sets: readonly string[];
  readonly pkce_required: boolean;
  readonly pkce_challenge_method: string | null;
  /** The grant types of a disabled client, which has none in Hydra. */
  readonly grant_types?: readonly string[];
  /** Scopes and origins that Hydra has beside those that the owner lists; absent when there are none. */
  readonly added_scopes?: readonly string[];
  readonly added_origins?: readonly string[];
}

/** A client as Hydra answers it. */
type Stored = Readonly<Record<string, unknown>>;

/** The mark in a client's metadata, which anybody with access to Hydra can write: null unless it looks like one. */
export function markIn({ metadata }: Stored): Partial<Mark> | null {
  const mark: unknown = Object(metadata)[MARK];
  return typeof mark === 'object' ? mark : null;
}

/**
 * Stands for an empty list, which Hydra would take for the code flow. Hydra checks no values here, and no grant has this
 * name.
 */
const NOTHING = ['disabled'];

/** What an empty list means to Hydra. */
export const HYDRA_DEFAULTS = { grant_types: ['authorization_code'], response_types: ['code'] };

/** The client as Hydra is to have it, without its secret. Scopes that are no longer assignable are not granted. */
export function toHydraClient(registration: Registration, terms: RegistrationContext): HydraClient {
  const { enabled, trusted, grant_types } = registration;
  const scopes = grantableScopes(registration, terms.mayAssign);
  const response_types = hydraResponseTypes(grant_types);
  const setForSome = {
    ...(scopes.some(isRegistryScope) && { access_token_strategy: 'jwt' as const }),
    ...lifespansOf(registration),
  };
  return {
    client_id: registration.client_id,
    client_name: registration.name,
    owner: registration.project_id,
    redirect_uris: registration.redirect_uris,
    grant_types: enabled ? grant_types : NOTHING,
    response_types: enabled && response_types.length > 0 ? response_types : NOTHING,
    scope: scopes.join(' ') || NO_SCOPE,
    token_endpoint_auth_method: registration.token_endpoint_auth_method,
    audience: terms.audiencesOf(registration),
    ...setForSome,
    post_logout_redirect_uris: registration.post_logout_redirect_uris,
    allowed_cors_origins: [...registration.allowed_cors_origins, ...addedOrigins(registration)],
    client_uri: registration.client_uri ?? '',
    logo_uri: registration.logo_uri ?? '',
    policy_uri: registration.policy_uri ?? '',
    tos_uri: registration.tos_uri ?? '',
    contacts: registration.contacts,
    skip_consent: trusted,
    skip_logout_consent: trusted,
    metadata: { [MARK]: markOf(registration, terms.registryId, Object.keys(setForSome)) },
  };
}

/** What the secret that Hydra is to have is derived from. Hydra is told none for a public client, whatever its mode. */
export const keyOfSecret = ({
  token_endpoint_auth_method: method,
  key,
}: Pick<Registration, 'token_endpoint_auth_method' | 'key'>): string | null =>
  method === 'none' ? null : key;

function markOf(registration: Registration, registryId: string, sets: readonly string[]): Mark {
  const [scopes, origins] = [addedScopes(registration), addedOrigins(registration)];
  return {
    registry: registryId,
    id: registration.id,
    organization_id: registration.organization_id,
    project_id: registration.project_id,
    revision: registration.revision,
    secret_id: registration.secret_id,
    mode: registration.mode,
    key: keyOfSecret(registration),
    sets,
    pkce_required: registration.pkce_required,
    pkce_challenge_method: registration.pkce_challenge_method,
    ...(!registration.enabled && { grant_types: registration.grant_types }),
    ...(scopes.length > 0 && { added_scopes: scopes }),
    ...(origins.length > 0 && { added_origins: origins }),
  };
}

/**
 * The members of a client as Hydra holds it, but for the description, which Hydra is not told. What the registry has no
 * word for is left out; a client without a mark is read as one with an empty mark.
 */
export function settingsIn(
  stored: Stored,
  { audience }: Pick<RegistrationContext, 'audience'>,
): ClientSettings {
  const mark = markIn(stored) ?? {};
  const method = stored['token_endpoint_auth_method'];
  return {
    name: text(stored['client_name']),
    description: null,
    redirect_uris: texts(stored['redirect_uris']),
    grant_types: grantTypesIn(stored).filter(isGrantType),
    scopes: without(scopesIn(stored), mark.added_scopes),
    trusted: stored['skip_consent'] === true,
    enabled: !isDisabled(stored),
    token_endpoint_auth_method: isAuthMethod(method) ? method : 'client_secret_basic',
    pkce_required: mark.pkce_required === true,
    pkce_challenge_method: isPkceChallengeMethod(mark.pkce_challenge_method)
      ? mark.pkce_challenge_method
      : null,
    audiences: without(texts(stored['audience']), [audience]),
    post_logout_redirect_uris: texts(stored['post_logout_redirect_uris']),
    allowed_cors_origins: without(texts(stored['allowed_cors_origins']), mark.added_origins),
    client_uri: text(stored['client_uri']) || null,
    logo_uri: text(stored['logo_uri']) || null,
    policy_uri: text(stored['policy_uri']) || null,
    tos_uri: text(stored['tos_uri']) || null,
    contacts: texts(stored['contacts']),
    ...lifetimesIn(stored),
  };
}

/**
 * The grant types of a client in Hydra, known ones and others. Of a client that the registry has disabled they are in its
 * mark.
 */
export function grantTypesIn(stored: Stored): string[] {
  const remembered = isDisabled(stored) ? texts(markIn(stored)?.grant_types) : [];
  const listed = remembered.length > 0 ? remembered : texts(stored['grant_types']);
  return distinct(listed.length > 0 ? listed : HYDRA_DEFAULTS.grant_types);
}

export const responseTypesIn = (stored: Stored): string[] => {
  const listed = texts(stored['response_types']);
  return listed.length > 0 ? without(listed, NOTHING) : HYDRA_DEFAULTS.response_types;
};

export const scopesIn = (stored: Stored): string[] =>
  without(distinct(text(stored['scope']).split(' ')), ['', NO_SCOPE]);

const isDisabled = (stored: Stored): boolean => texts(stored['grant_types']).join(' ') === NOTHING.join(' ');

/** The implicit grant of RFC 6749, section 4.2, is `token`; the others of OpenID Connect go with it. */
const hydraResponseTypes = (grants: readonly GrantType[]): string[] => [
  ...responseTypesOf(grants),
  ...(grants.includes('implicit') ? ['token'] : []),
];

/** Hydra takes the origins of a client for patterns, in which these characters mean something. */
export const isServedOrigin = (origin: string): boolean => !/[[\]{}*?\\]/.test(origin);

const addedOrigins = (registration: Registration): string[] =>
  without(originsOf(registration), registration.allowed_cors_origins).filter(isServedOrigin);

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(text) : []);

const distinct = (list: readonly string[]): string[] => [...new Set(list)];

const without = (list: readonly string[], others: readonly string[] = []): string[] =>
  list.filter((item) => !others.includes(item));
