import { DriftPass } from '../../../src/hydra/drift/drift-pass.js';
import { compareAll } from '../../support/hydra/compare-all.js';
import type { HydraRegistry } from '../../support/hydra/hydra-registry.js';

/** A registry that is compared with its Hydra when a test says so, and what comes of it. */
export class DriftScene {
  constructor(private readonly setup: HydraRegistry) {}

  get pass(): DriftPass {
    return this.setup.registry.app.nest.get(DriftPass);
  }

  compare(): Promise<void> {
    return compareAll(this.setup.registry);
  }

  /** Clients with a change that Hydra is not known to have. */
  async unsynced(): Promise<number> {
    const { rowCount } = await this.setup.registry.database.query(
      'select from oauth_clients where synced_revision < revision',
    );
    return Number(rowCount);
  }

  async metrics(): Promise<string> {
    return (await this.setup.registry.api.get('/metrics')).text;
  }
}
