import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { Config } from '../config/config.js';
import { ConfigurationError } from '../config/environment.js';
import { HydraConfig } from '../config/hydra-config.js';
import { printable } from '../lib/printable.js';
import { platformRules } from '../oauth-clients/model/platform-rules.js';
import { HydraAdminApi } from './admin-api/hydra-admin-api.js';
import { hydraPages } from './admin-api/hydra-pages.js';
import { RegistrationContext } from './admin-api/registration-context.js';
import { hydraViolations } from './hydra-violations.js';
import type { CandidateContext } from './import/candidate.js';
import { ImportStore, type FoundProject, type ImportProject } from './import/import-store.js';
import { Importer, type ImportOptions } from './import/importer.js';
import { readMappingFile, told, type Mapping } from './import/mapping-file.js';
import { ownerOf } from './import/selection.js';

/** One run of imports from Hydra. */
@Injectable()
export class HydraImport {
  /** The `request_id` of its audit events. */
  readonly runId = randomUUID();
  private readonly store: ImportStore;

  constructor(
    private readonly api: HydraAdminApi,
    private readonly terms: RegistrationContext,
    private readonly config: Config,
    private readonly hydra: HydraConfig,
    pool: pg.Pool,
  ) {
    this.store = new ImportStore(pool, this.runId);
  }

  /**
   * Prepares the import of clients into one project, or by the mapping file at this path.
   *
   * @param looked called with the number of clients that were looked at for their owners
   * @throws ConfigurationError for projects that are not there and owners that nobody knows: it names all of them, and
   * nothing is imported
   */
  async into(
    place: ImportProject | string,
    options: ImportOptions,
    looked: (clients: number) => void,
  ): Promise<Importer> {
    const mapping = typeof place === 'string' ? await readMappingFile(place) : null;
    const wanted = typeof place === 'string' ? [...(mapping?.values() ?? [])] : [place];
    const found = await this.store.projects(wanted);
    const contexts = new Map(found.map((project) => [project.project_id, this.contextOf(project)]));
    const problems = [
      ...missing(wanted, found),
      ...(await this.unknownOwners(ownersOf(mapping, options), looked)),
    ];
    if (problems.length > 0) throw new ConfigurationError(`Nothing is imported:${told(problems)}`);
    return new Importer(this.api, this.store, { mapping, contexts }, options);
  }

  private contextOf({
    organization_id,
    project_id,
    trusted_clients_allowed,
  }: FoundProject): CandidateContext {
    return {
      organizationId: organization_id,
      projectId: project_id,
      terms: this.terms,
      firstPartyClientIds: this.config.firstPartyClientIds,
      rules: {
        ...platformRules(this.config),
        trusted_clients_allowed,
        serverViolations: (settings) => hydraViolations(settings, this.hydra),
      },
    };
  }

  /** The owners who have no client in Hydra, nor any that was imported from it before. */
  private async unknownOwners(
    owners: readonly string[],
    looked: (clients: number) => void,
  ): Promise<string[]> {
    const unknown = new Set(owners);
    const only = owners.length === 1 ? owners[0] || undefined : undefined;
    let clients = 0;
    if (unknown.size > 0) {
      for await (const page of hydraPages(this.api, only)) {
        for (const stored of page) unknown.delete(ownerOf(stored));
        looked((clients += page.length));
        if (unknown.size === 0) return [];
      }
    }
    const imported = await this.store.importedOwners([...unknown]);
    return [...unknown].filter((owner) => !imported.has(owner)).map(unknownOwner);
  }
}

function ownersOf(mapping: Mapping | null, { selection }: ImportOptions): string[] {
  const named = selection.kind === 'owner' ? [selection.owner] : [];
  return [...new Set([...(mapping?.keys() ?? []), ...named])];
}

const unknownOwner = (owner: string): string =>
  owner === ''
    ? 'Hydra has no client without an owner'
    : `Hydra has no client of the owner ${printable(owner)}`;

function missing(wanted: readonly ImportProject[], found: readonly FoundProject[]): string[] {
  const there = new Set(found.map(({ organization_id, project_id }) => `${organization_id} ${project_id}`));
  const absent = wanted.filter((project) => !there.has(nameOf(project)));
  return [...new Map(absent.map((project) => [nameOf(project), project])).values()].map(
    ({ organizationId, projectId }) =>
      `there is no such project, or it is deleted: ${projectId} of organization ${organizationId}`,
  );
}

const nameOf = ({ organizationId, projectId }: ImportProject): string => `${organizationId} ${projectId}`;
