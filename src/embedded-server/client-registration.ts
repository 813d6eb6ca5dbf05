import type { Client, ClientMetadata, ResponseType } from 'oidc-provider';
import type {
  GrantType,
  PkceChallengeMethod,
  TokenEndpointAuthMethod,
} from '../oauth-clients/model/oauth-client.vocabulary.js';

/** A live secret of a client. */
export interface RegisteredSecret {
  readonly id: string;
  /** SHA-256, in base64. */
  readonly hash: string;
  /** Whether its last use was noted more than a minute ago, or never. */
  readonly is_use_due: boolean;
}

/** What the registry knows of a client that oidc-provider has no metadata for. */
export interface Registration {
  /** Null for the platform's own clients, which belong to no tenant. */
  readonly organization_id: string | null;
  readonly project_id: string | null;
  readonly project_name: string | null;
  readonly scopes: readonly string[];
  readonly enabled: boolean;
  readonly trusted: boolean;
  readonly pkce_required: boolean;
  readonly pkce_challenge_method: PkceChallengeMethod | null;
  readonly secrets: readonly RegisteredSecret[];
}

/** A registered client, as far as this server needs it. */
export interface RegisteredClient extends Registration {
  readonly client_id: string;
  readonly name: string;
  readonly redirect_uris: readonly string[];
  readonly grant_types: readonly GrantType[];
  readonly token_endpoint_auth_method: TokenEndpointAuthMethod;
}

/** The one member that carries the registration through oidc-provider, next to the metadata it has itself. */
export const REGISTRATION = 'registration';

/** What each grant lets a client ask for at the authorization endpoint. `token` alone is no OpenID Connect response. */
const RESPONSE_TYPES: Partial<Record<GrantType, readonly ResponseType[]>> = {
  authorization_code: ['code'],
  implicit: ['id_token', 'id_token token'],
};

export const SERVED_RESPONSE_TYPES = Object.values(RESPONSE_TYPES).flat();

/** The client in the words of RFC 7591. It has no `client_secret`: only hashes of secrets are kept. */
export function toClientMetadata(client: RegisteredClient): ClientMetadata {
  const {
    client_id,
    name,
    redirect_uris,
    token_endpoint_auth_method,
    grant_types: _,
    ...registration
  } = client;
  const grant_types = servedGrantTypes(client);
  return {
    client_id,
    client_name: name,
    token_endpoint_auth_method,
    grant_types,
    response_types:
      redirect_uris.length > 0 ? grant_types.flatMap((grant) => RESPONSE_TYPES[grant] ?? []) : [],
    redirect_uris: [...redirect_uris],
    [REGISTRATION]: registration satisfies Registration,
  };
}

/** RFC 6749, section 4.4: only a client that authenticates may use its credentials as a grant. */
const servedGrantTypes = ({ grant_types, token_endpoint_auth_method }: RegisteredClient): GrantType[] =>
  grant_types.filter((grant) => grant !== 'client_credentials' || token_endpoint_auth_method !== 'none');

/** What `toClientMetadata` put in: oidc-provider hands its own and our members on as they are, untyped. */
export const registrationOf = (client: Client): Registration => client[REGISTRATION] as Registration;
