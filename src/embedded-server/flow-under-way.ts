import type { AuthorizationCode, Client, KoaContextWithOIDC } from 'oidc-provider';
import { errors } from './oidc-provider.js';
import { allowsChallenge } from './plain-challenge.js';

const OUTDATED_PKCE = 'the client no longer allows this code_challenge, or to have none';

/** A person takes time to decide, and the client may change in it: what was right at the start is asked again. */
export function refuseIfChanged({ params = {} }: KoaContextWithOIDC['oidc'], client: Client): void {
  const { redirect_uri: redirectUri, response_type: responseType, code_challenge: challenge } = params;
  if (!client.redirectUriAllowed(String(redirectUri))) throw new errors.InvalidRedirectUri();
  client.responseTypeAllowed(responseType as Parameters<Client['responseTypeAllowed']>[0]);
  if (responseType === 'code' && !allowsChallenge(client, challenge)) {
    throw new errors.InvalidRequest(OUTDATED_PKCE);
  }
}

/** A code takes time to be redeemed, too. */
export function refuseOutdated({ redirectUri, codeChallenge }: AuthorizationCode, client: Client): void {
  if (!client.redirectUriAllowed(String(redirectUri))) {
    throw new errors.InvalidGrant('the redirect URI of the code is no longer registered');
  }
  if (!allowsChallenge(client, codeChallenge)) {
    throw new errors.InvalidGrant(OUTDATED_PKCE);
  }
}
