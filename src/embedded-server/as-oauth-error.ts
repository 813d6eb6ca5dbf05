import { isDatabaseUnavailable } from '../database/postgres-errors.js';
import { errors } from './oidc-provider.js';

/** Turns a database out of reach into the OAuth error that says to try again; any other cause is thrown as it is. */
export function asOAuthError(cause: unknown): never {
  if (!isDatabaseUnavailable(cause)) throw cause;
  throw Object.assign(new errors.OIDCProviderError(503, 'temporarily_unavailable', { cause }), {
    error_description: 'the service is temporarily unavailable, try again',
    expose: true,
  });
}
