import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { Config } from '../config/config.js';
import { ConfigurationError } from '../config/environment.js';
import { HydraConfig } from '../config/hydra-config.js';
import { platformRules } from '../oauth-clients/model/platform-rules.js';
import { HydraAdminApi } from './admin-api/hydra-admin-api.js';
import { HydraTerms } from './admin-api/hydra-terms.js';
import { hydraRefusals } from './hydra-refusals.js';
import { ImportStore, type ImportProject } from './import/import-store.js';
import { Importer } from './import/importer.js';

/** One run of imports from Hydra. */
@Injectable()
export class HydraImport {
  /** The `request_id` of its audit events. */
  readonly runId = randomUUID();

  constructor(
    private readonly api: HydraAdminApi,
    private readonly terms: HydraTerms,
    private readonly config: Config,
    private readonly hydra: HydraConfig,
    private readonly pool: pg.Pool,
  ) {}

  /** What takes clients into this project. Throws a ConfigurationError when there is none, or it is deleted. */
  async into({ organizationId, projectId }: ImportProject): Promise<Importer> {
    const store = new ImportStore(this.pool, this.runId);
    const project = await store.project({ organizationId, projectId });
    if (!project) {
      throw new ConfigurationError('There is no such project in such an organization, or it is deleted.');
    }
    return new Importer(this.api, store, {
      organizationId,
      projectId,
      terms: this.terms,
      firstPartyClientIds: this.config.firstPartyClientIds,
      rules: {
        ...platformRules(this.config),
        trusted_clients_allowed: project.trusted_clients_allowed,
        serverRefusals: (settings) => hydraRefusals(settings, this.hydra),
      },
    });
  }
}
