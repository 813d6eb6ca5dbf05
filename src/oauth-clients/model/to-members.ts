import type { ClientSettings } from './client-settings.js';

/** What the owner decides, under the names of the API. */
export function toMembers(client: ClientSettings) {
  return {
    name: client.name,
    description: client.description,
    redirect_uris: client.redirect_uris,
    grant_types: client.grant_types,
    scopes: client.scopes,
    trusted: client.trusted,
    enabled: client.enabled,
    token_endpoint_auth_method: client.token_endpoint_auth_method,
    pkce_required: client.pkce_required,
    pkce_challenge_method: client.pkce_challenge_method,
  };
}
