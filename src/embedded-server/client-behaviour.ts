import type { Client } from 'oidc-provider';
import { secretMatches } from '../oauth-clients/model/client-secret.js';
import { registrationOf } from './client-registration.js';
import { errors, Provider } from './oidc-provider.js';
import { isRegisteredRedirectUri } from './redirect-uri-match.js';
import type { NoteUse } from './registered-clients.js';

/** Makes oidc-provider's clients behave as the registry promises where its own ways differ. */
export function teachClients(provider: Provider, noteUse: NoteUse): void {
  Object.assign(provider.Client, { needsSecret: () => false });
  Object.assign(provider.Client.prototype, {
    compareClientSecret: secretComparison(noteUse),
    grantTypeAllowed,
    redirectUriAllowed,
    responseTypeAllowed,
  });
  // Which redirect URIs may be registered is the registry's to say: oidc-provider ties it to an application type.
  const { Schema } = provider.Client as typeof provider.Client & Record<'Schema', { prototype: object }>;
  Object.assign(Schema.prototype, { redirectUris: () => undefined });
}

/**
 * oidc-provider takes the secret of a `client_secret_basic` client from the body too, and the other way round. The
 * registered way is the only one here. Every live secret is compared, so that the time tells nothing about any.
 */
function secretComparison(noteUse: NoteUse) {
  return function compareClientSecret(this: Client, secret: string): boolean {
    const isInHeader = Provider.ctx?.headers.authorization !== undefined;
    const isRegisteredWay = isInHeader === (this.tokenEndpointAuthMethod === 'client_secret_basic');
    const [used] = registrationOf(this).secrets.filter(({ hash }) =>
      secretMatches(secret, Buffer.from(hash, 'base64')),
    );
    if (!isRegisteredWay || used === undefined) return false;
    if (used.is_use_due) noteUse(used.id);
    return true;
  };
}

/** At the token endpoint a grant that is not for this client is `unauthorized_client` (RFC 6749, section 5.2). */
function grantTypeAllowed(this: Client, type: string): boolean {
  const isAllowed = registrationOf(this).enabled && (this.grantTypes?.includes(type) ?? false);
  const oidc = Provider.ctx?.oidc;
  if (!isAllowed && oidc?.route === 'token' && oidc.params?.['grant_type'] === type) {
    throw unauthorized(this, 'grant type');
  }
  return isAllowed;
}

/** At the authorization endpoint it is the same (section 4.1.2.1), where oidc-provider says `invalid_request`. */
function responseTypeAllowed(this: Client, type: string): boolean {
  if (registrationOf(this).enabled && this.responseTypes?.some((own) => own === type)) return true;
  throw unauthorized(this, 'response type');
}

const unauthorized = (client: Client, what: string): Error =>
  new errors.UnauthorizedClient(
    registrationOf(client).enabled
      ? `the client is not registered for this ${what}`
      : 'the client is disabled',
  );

function redirectUriAllowed(this: Client, uri: string): boolean {
  return isRegisteredRedirectUri(uri, this.redirectUris ?? []);
}
