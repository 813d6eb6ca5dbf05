import type { Client } from 'oidc-provider';
import { secretMatches } from '../../oauth-clients/client-secret.js';
import { registrationOf } from './client-registration.js';
import { errors, Provider } from './oidc-provider.js';

/** Makes oidc-provider's clients behave as the registry promises where its own ways differ. */
export function teachClients(provider: Provider): void {
  Object.assign(provider.Client, { needsSecret: () => false });
  Object.assign(provider.Client.prototype, { compareClientSecret, grantTypeAllowed });
}

/**
 * oidc-provider takes the secret of a `client_secret_basic` client from the body too, and the other way round. The
 * registered way is the only one here. Every live secret is compared, so that the time tells nothing about any.
 */
function compareClientSecret(this: Client, secret: string): boolean {
  const isInHeader = Provider.ctx?.headers.authorization !== undefined;
  const isRegisteredWay = isInHeader === (this.tokenEndpointAuthMethod === 'client_secret_basic');
  const matches = registrationOf(this).secretHashes.map((hash) =>
    secretMatches(secret, Buffer.from(hash, 'base64')),
  );
  return isRegisteredWay && matches.includes(true);
}

/** At the token endpoint a grant that is not for this client is `unauthorized_client` (RFC 6749, section 5.2). */
function grantTypeAllowed(this: Client, type: string): boolean {
  const isAllowed = registrationOf(this).enabled && (this.grantTypes?.includes(type) ?? false);
  const oidc = Provider.ctx?.oidc;
  if (!isAllowed && oidc?.route === 'token' && oidc.params?.['grant_type'] === type) {
    const isDisabled = !registrationOf(this).enabled;
    throw new errors.UnauthorizedClient(
      isDisabled ? 'the client is disabled' : 'the client is not registered for this grant type',
    );
  }
  return isAllowed;
}
