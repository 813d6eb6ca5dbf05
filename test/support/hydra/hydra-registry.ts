import { randomBytes } from 'node:crypto';
import { TestRegistry, type TestTenant } from '../registry.js';
import { HydraStandIn } from './hydra-stand-in.js';

export const HOOK_SECRET = 'for-tests-only-hook-secret';

/** What tenants may hand out in tests with Hydra. */
export const ASSIGNABLE_SCOPES = 'openid offline_access notes:* oauth_clients:*';

const SECRETS_KEY = randomBytes(32).toString('base64');

/** The settings of a registry that a Hydra with this admin API follows. */
export function hydraSettings(adminUrl: string): Record<string, string> {
  return {
    AUTHORIZATION_SERVER: 'hydra',
    HYDRA_ADMIN_URL: adminUrl,
    SECRETS_KEY,
    HOOK_SECRET,
    AUTHORIZE_GATE: 'enabled',
    ASSIGNABLE_SCOPES,
  };
}

/** A registry of one's own, with a stand-in of Hydra that follows it. */
export class HydraRegistry {
  private constructor(
    readonly hydra: HydraStandIn,
    readonly registry: TestRegistry,
    readonly tenant: TestTenant,
  ) {}

  static async start(settings: Record<string, string> = {}): Promise<HydraRegistry> {
    const hydra = await HydraStandIn.start();
    const registry = await TestRegistry.start({ ...hydraSettings(hydra.adminUrl), ...settings });
    return new HydraRegistry(hydra, registry, await registry.tenant({ trusted_clients_allowed: true }));
  }

  async stop(): Promise<void> {
    await this.registry.stop();
    await this.hydra.stop();
  }
}
