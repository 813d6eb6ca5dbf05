import type { Adapter, AdapterPayload } from 'oidc-provider';
import { isDatabaseUnavailable } from '../../database/postgres-errors.js';
import { toClientMetadata } from './client-registration.js';
import { errors } from './oidc-provider.js';
import type { FindClient } from './registered-clients.js';

/** What oidc-provider knows of clients. Writing them is the registry's. */
export class ClientAdapter implements Adapter {
  constructor(private readonly findClient: FindClient) {}

  async find(clientId: string): Promise<AdapterPayload | undefined> {
    const client = await this.findClient(clientId).catch(asOAuthError);
    return client && toClientMetadata(client);
  }

  upsert = readOnly;
  findByUserCode = readOnly;
  findByUid = readOnly;
  consume = readOnly;
  destroy = readOnly;
  revokeByGrantId = readOnly;
}

function asOAuthError(cause: unknown): never {
  if (!isDatabaseUnavailable(cause)) throw cause;
  throw Object.assign(new errors.OIDCProviderError(503, 'temporarily_unavailable', { cause }), {
    error_description: 'the service is temporarily unavailable, try again',
    expose: true,
  });
}

const readOnly = (): Promise<never> =>
  Promise.reject(new Error('OAuth clients are written by the registry only'));
