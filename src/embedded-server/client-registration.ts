import type { Client, ClientMetadata } from 'oidc-provider';
import type { LiveSecret } from '../oauth-clients/model/client-secret.js';
import type { ClientSettings } from '../oauth-clients/model/members.js';
import { responseTypesOf, type GrantType } from '../oauth-clients/model/oauth-client.vocabulary.js';

/** A registered client, as far as this server needs it, and as it is in effect: `trusted` and `scopes` may be less than stored. */
export interface RegisteredClient extends ClientSettings {
  readonly client_id: string;
  /** Null for the platform's own clients, which belong to no tenant. */
  readonly organization_id: string | null;
  readonly project_id: string | null;
  readonly project_name: string | null;
  /** Grants from before then count no longer. */
  readonly tokens_ended_at: Date | null;
  /** Grants from before then that nobody was asked for, as those of trusted clients, count no longer. */
  readonly trust_ended_at: Date | null;
  readonly secrets: readonly LiveSecret[];
  /**
   * Whether a refused authentication of this client is to be noted: the last note is more than a minute old, or there is
   * none.
   */
  readonly is_refusal_due: boolean;
}

/** The one member that carries the registered client through oidc-provider, next to the metadata it has itself. */
export const REGISTRATION = 'registration';

/**
 * The client as metadata of RFC 7591, as far as oidc-provider knows its members, and the whole registration in one more
 * member. It has no `client_secret`: only hashes of secrets are kept.
 */
export function toClientMetadata(client: RegisteredClient): ClientMetadata {
  const grant_types = servedGrantTypes(client);
  return {
    client_id: client.client_id,
    client_name: client.name,
    token_endpoint_auth_method: client.token_endpoint_auth_method,
    grant_types,
    response_types: client.redirect_uris.length > 0 ? responseTypesOf(grant_types) : [],
    redirect_uris: [...client.redirect_uris],
    post_logout_redirect_uris: [...client.post_logout_redirect_uris],
    [REGISTRATION]: client,
  };
}

/** RFC 6749, section 4.4: only a client that authenticates may use its credentials as a grant. */
const servedGrantTypes = ({ grant_types, token_endpoint_auth_method }: RegisteredClient): GrantType[] =>
  grant_types.filter((grant) => grant !== 'client_credentials' || token_endpoint_auth_method !== 'none');

/** What `toClientMetadata` put in: oidc-provider hands its own and our members on as they are, untyped. */
export const registrationOf = (client: Client): RegisteredClient => client[REGISTRATION] as RegisteredClient;
