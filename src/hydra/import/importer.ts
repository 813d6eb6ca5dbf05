import { isUuid } from '../../lib/uuid.js';
import { isDatabaseUnavailable } from '../../database/postgres-errors.js';
import type { HydraAdminApi, StoredHydraClient } from '../admin-api/hydra-admin-api.js';
import { hydraPages } from '../admin-api/hydra-pages.js';
import { candidateOf, type Candidate, type CandidateContext } from './candidate.js';
import type { ImportStore, Registered } from './import-store.js';

/** Which clients of Hydra: all of one owner, or these. */
export type ImportSelection = { readonly owner: string } | { readonly clientIds: readonly string[] };

export interface ImportOptions {
  readonly selection: ImportSelection;
  /** Looks, and writes nothing. */
  readonly dryRun: boolean;
}

/** `importable`: it would have been imported. `present`: this project has it already. */
export interface Imported {
  readonly clientId: string;
  readonly outcome: 'imported' | 'importable' | 'present' | 'refused';
  /** Why it is refused. */
  readonly reasons: readonly string[];
  /** What it would mean; null when that is no question. */
  readonly candidate: Candidate | null;
}

/** Takes clients of Hydra into the registry. Writes to the registry only; it can be stopped and begun again at any time. */
export class Importer {
  constructor(
    private readonly api: HydraAdminApi,
    private readonly store: ImportStore,
    private readonly context: CandidateContext,
  ) {}

  async *run(options: ImportOptions): AsyncGenerator<Imported, void> {
    for await (const { clientIds, found } of this.selected(options.selection)) {
      const registered = await this.store.registered(clientIds.filter(isUuid));
      for (const clientId of clientIds) {
        yield await this.take(clientId, found.get(clientId), registered.get(clientId), options);
      }
    }
  }

  private async *selected(selection: ImportSelection): AsyncGenerator<Selected> {
    if ('owner' in selection) {
      for await (const page of hydraPages(this.api, selection.owner)) {
        yield selectedOf(page.filter(({ owner }) => owner === selection.owner));
      }
    } else {
      for (const clientId of new Set(selection.clientIds)) {
        const stored = await this.api.find(clientId);
        yield { clientIds: [clientId], found: new Map(stored && [[clientId, stored]]) };
      }
    }
  }

  private async take(
    clientId: string,
    stored: StoredHydraClient | undefined,
    registered: Registered | undefined,
    { dryRun }: ImportOptions,
  ): Promise<Imported> {
    if (registered) return this.known(registered);
    if (!stored) return refused(clientId, ['Hydra has no such client']);
    const candidate = candidateOf(stored, this.context);
    if (candidate.refusals.length > 0) return refused(clientId, candidate.refusals);
    const losses = lossesOf(candidate);
    if (losses.length > 0) return refused(clientId, losses, candidate);
    if (dryRun) return { clientId, outcome: 'importable', reasons: [], candidate };
    return this.import(candidate);
  }

  private async import(candidate: Candidate): Promise<Imported> {
    const { clientId } = candidate;
    try {
      if (await this.store.import(this.context, candidate)) {
        return { clientId, outcome: 'imported', reasons: [], candidate };
      }
    } catch (error) {
      if (isDatabaseUnavailable(error)) throw error;
      return refused(clientId, [`the database refuses it: ${String(error)}`], candidate);
    }
    const meanwhile = (await this.store.registered([clientId])).get(clientId);
    return meanwhile
      ? this.known(meanwhile)
      : refused(clientId, ['the project was deleted meanwhile'], candidate);
  }

  private known({ client_id, project_id, is_deleted }: Registered): Imported {
    if (is_deleted)
      return refused(client_id, ['it was registered and deleted, and its client_id stays reserved']);
    if (project_id !== this.context.projectId)
      return refused(client_id, [`project ${project_id} has it already`]);
    return { clientId: client_id, outcome: 'present', reasons: [], candidate: null };
  }
}

interface Selected {
  readonly clientIds: readonly string[];
  readonly found: ReadonlyMap<string, StoredHydraClient>;
}

const selectedOf = (clients: readonly StoredHydraClient[]): Selected => ({
  clientIds: clients.map(({ client_id: clientId }) => clientId),
  found: new Map(clients.map((stored) => [stored.client_id, stored])),
});

const refused = (
  clientId: string,
  reasons: readonly string[],
  candidate: Candidate | null = null,
): Imported => ({
  clientId,
  outcome: 'refused',
  reasons,
  candidate,
});

function lossesOf({ erased }: Candidate): string[] {
  if (erased.length === 0) return [];
  const members = erased.map(({ member }) => member).join(', ');
  return [`the registry cannot keep what it has of ${members}`];
}
