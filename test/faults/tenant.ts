import { randomUUID } from 'node:crypto';
import type { ApiClient } from '../support/api-client.js';
import { FIRST_PARTY_CLIENT_ID } from '../support/registry.js';
import { TestIssuer } from '../support/tokens.js';
import { REGISTRY_SCOPES } from '../../src/oauth-clients/model/scope.js';

/** Whose tokens registry processes under test trust. */
const issuer = new TestIssuer('https://hydra.test/');

/** A project with an admin, at any process of a registry. */
export class Tenant {
  readonly organizationId = randomUUID();
  readonly projectId = randomUUID();
  /** The path of the project's clients. */
  readonly clients = `/v1/organizations/${this.organizationId}/projects/${this.projectId}/oauth-clients`;
  private readonly admin = randomUUID();

  async provision(api: ApiClient): Promise<void> {
    const token = await issuer.machine({ clientId: 'platform', scopes: ['registry:admin'] });
    const organization = `/v1/organizations/${this.organizationId}`;
    for (const [path, body] of [
      [organization, { name: 'Example Ltd', trusted_clients_allowed: true }],
      [`${organization}/projects/${this.projectId}`, { name: 'Shop' }],
      [`${organization}/members/${this.admin}`, { role: 'admin' }],
    ] as const) {
      const { status, text } = await api.put(path, { token, body });
      if (status !== 200) throw new Error(`provisioning failed: ${status} ${text}`);
    }
  }

  /** Valid for five minutes, so that long runs need more than one. */
  token(): Promise<string> {
    return issuer.person({ sub: this.admin, clientId: FIRST_PARTY_CLIENT_ID, scopes: REGISTRY_SCOPES });
  }
}
