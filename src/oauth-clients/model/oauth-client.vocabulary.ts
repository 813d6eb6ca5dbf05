/** OAuth 2.0 grant types a client may be registered with (RFC 7591, section 2). */
export const GRANT_TYPES = ['authorization_code', 'client_credentials', 'refresh_token', 'implicit'] as const;
export type GrantType = (typeof GRANT_TYPES)[number];
export const isGrantType = oneOf(GRANT_TYPES);

/**
 * What each grant lets a client ask for at the authorization endpoint (`response_type`), its words in alphabetical order.
 * `token` alone is not among them: it is no OpenID Connect response.
 */
const RESPONSE_TYPES = {
  authorization_code: ['code'],
  client_credentials: [],
  refresh_token: [],
  implicit: ['id_token', 'id_token token'],
} as const satisfies Record<GrantType, readonly string[]>;
export type ResponseType = (typeof RESPONSE_TYPES)[GrantType][number];

export const responseTypesOf = (grants: readonly GrantType[]): ResponseType[] =>
  grants.flatMap((grant): readonly ResponseType[] => RESPONSE_TYPES[grant]);

/** How a client authenticates at the token endpoint (RFC 7591, section 2). */
export const TOKEN_ENDPOINT_AUTH_METHODS = ['client_secret_basic', 'client_secret_post', 'none'] as const;
export type TokenEndpointAuthMethod = (typeof TOKEN_ENDPOINT_AUTH_METHODS)[number];
export const isAuthMethod = oneOf(TOKEN_ENDPOINT_AUTH_METHODS);

/** PKCE code challenge methods (RFC 7636, section 4.2). */
export const PKCE_CHALLENGE_METHODS = ['S256', 'plain'] as const;
export type PkceChallengeMethod = (typeof PKCE_CHALLENGE_METHODS)[number];
export const isPkceChallengeMethod = oneOf(PKCE_CHALLENGE_METHODS);

export const SYNC_STATUSES = ['synced', 'pending', 'failed'] as const;
export type SyncStatus = (typeof SYNC_STATUSES)[number];

export interface SyncProblem {
  readonly code: string;
  readonly detail: string;
}

/** What is the matter with the authorization server's client: see `sync-state.ts`. */
export type Doubt = 'raised' | 'held' | 'accepted';

/**
 * With which credential the authorization server knows a client. `direct`: with the one that the client presents. `gate`: with
 * an internal one, which the token gate puts in the place of the client's.
 */
export type ServerMode = 'direct' | 'gate';

function oneOf<Word extends string>(words: readonly Word[]) {
  return (value: unknown): value is Word => words.some((word) => word === value);
}
