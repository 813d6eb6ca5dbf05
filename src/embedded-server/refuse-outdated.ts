import type { AuthorizationCode, Client, KoaContextWithOIDC } from 'oidc-provider';
import { errors } from './oidc-provider.js';
import { allowsChallenge } from './plain-challenge.js';

const OUTDATED_PKCE = 'the client no longer allows this code_challenge, or to have none';

/**
 * Checks an authorization request once more when the person has decided: the client may have changed since it began.
 *
 * @throws OIDCProviderError when the client no longer allows the redirect URI, the response type or the challenge
 */
export function refuseIfChanged({ params = {} }: KoaContextWithOIDC['oidc'], client: Client): void {
  const { redirect_uri: redirectUri, response_type: responseType, code_challenge: challenge } = params;
  if (!client.redirectUriAllowed(String(redirectUri))) throw new errors.InvalidRedirectUri();
  client.responseTypeAllowed(responseType as Parameters<Client['responseTypeAllowed']>[0]);
  if (responseType === 'code' && !allowsChallenge(client, challenge)) {
    throw new errors.InvalidRequest(OUTDATED_PKCE);
  }
}

/**
 * Checks a code against its client as it is when the code is redeemed: the client may have changed since it was issued.
 *
 * @throws InvalidGrant when the client no longer allows the redirect URI or the challenge
 */
export function refuseOutdated({ redirectUri, codeChallenge }: AuthorizationCode, client: Client): void {
  if (!client.redirectUriAllowed(String(redirectUri))) {
    throw new errors.InvalidGrant('the redirect URI of the code is no longer registered');
  }
  if (!allowsChallenge(client, codeChallenge)) {
    throw new errors.InvalidGrant(OUTDATED_PKCE);
  }
}
