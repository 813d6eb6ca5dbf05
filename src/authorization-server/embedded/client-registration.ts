import type { Client, ClientMetadata } from 'oidc-provider';
import type { GrantType, TokenEndpointAuthMethod } from '../../oauth-clients/oauth-client.vocabulary.js';

/** What the registry knows of a client that oidc-provider has no metadata for. */
export interface Registration {
  /** Null for the platform's own clients, which belong to no tenant. */
  readonly organizationId: string | null;
  readonly projectId: string | null;
  readonly scopes: readonly string[];
  readonly enabled: boolean;
  /** SHA-256 of every live secret, in base64. */
  readonly secretHashes: readonly string[];
}

/** A registered client, as far as the token endpoint needs it. */
export interface RegisteredClient extends Registration {
  readonly clientId: string;
  readonly name: string;
  readonly grantTypes: readonly GrantType[];
  readonly tokenEndpointAuthMethod: TokenEndpointAuthMethod;
}

/** The one member that carries the registration through oidc-provider, next to the metadata it has itself. */
export const REGISTRATION = 'registration';

/** The grants this server serves. */
const SERVED_GRANT_TYPES: readonly GrantType[] = ['client_credentials'];

/** The client in the words of RFC 7591. It has no `client_secret`: only hashes of secrets are kept. */
export function toClientMetadata(client: RegisteredClient): ClientMetadata {
  const { organizationId, projectId, scopes, enabled, secretHashes } = client;
  const registration: Registration = { organizationId, projectId, scopes, enabled, secretHashes };
  return {
    client_id: client.clientId,
    client_name: client.name,
    token_endpoint_auth_method: client.tokenEndpointAuthMethod,
    grant_types: servedGrantTypes(client),
    response_types: [],
    redirect_uris: [],
    [REGISTRATION]: registration,
  };
}

/** RFC 6749, section 4.4: only a client that authenticates may use its credentials as a grant. */
const servedGrantTypes = ({ grantTypes, tokenEndpointAuthMethod }: RegisteredClient): GrantType[] =>
  SERVED_GRANT_TYPES.filter(
    (grantType) => grantTypes.includes(grantType) && tokenEndpointAuthMethod !== 'none',
  );

/** What `toClientMetadata` put in: oidc-provider hands its own and our members on as they are, untyped. */
export const registrationOf = (client: Client): Registration => client[REGISTRATION] as Registration;
