import type { AdapterPayload } from 'oidc-provider';
import { asOAuthError } from './as-oauth-error.js';
import { toClientMetadata } from './client-registration.js';
import { ReadOnlyAdapter } from './read-only-adapter.js';
import type { FindClient } from './registered-clients.js';

/** Clients, as oidc-provider reads them. Only the registry writes them. */
export class ClientAdapter extends ReadOnlyAdapter {
  constructor(private readonly findClient: FindClient) {
    super();
  }

  override async find(clientId: string): Promise<AdapterPayload | undefined> {
    const client = await this.findClient(clientId).catch(asOAuthError);
    return client && toClientMetadata(client);
  }
}
