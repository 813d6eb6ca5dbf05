import { isDatabaseUnavailable } from '../../database/postgres-errors.js';
import { isClientId } from '../../lib/client-id.js';
import type { HydraAdminApi, StoredHydraClient } from '../admin-api/hydra-admin-api.js';
import { candidateOf, type Candidate, type CandidateContext } from './candidate.js';
import { othersIn } from './import-obstacles.js';
import type { ImportProject, ImportStore, Registered } from './import-store.js';
import type { Mapping } from './mapping-file.js';
import { ownerOf, selected, type ImportSelection } from './selection.js';

export interface ImportOptions {
  readonly selection: ImportSelection;
  /** Takes clients whose `client_id` is no UUID. */
  readonly anyClientId: boolean;
  /** Looks, and writes nothing. */
  readonly dryRun: boolean;
}

/**
 * `importable`: it would have been imported. `present`: the registry has it already, where it is to be. `skipped`: nobody has
 * asked for this very client, and it is not to be taken over.
 */
export const OUTCOMES = ['imported', 'importable', 'present', 'skipped', 'refused'] as const;
export type Outcome = (typeof OUTCOMES)[number];

export interface Imported {
  readonly clientId: string;
  /** As Hydra or the registry has it; null when neither knows the client. */
  readonly name: string | null;
  /** In Hydra; null when it has no such client. */
  readonly owner: string | null;
  /** The project where the client is, or is to be; null where none is known. */
  readonly project: ImportProject | null;
  readonly outcome: Outcome;
  /** Why it is refused or skipped. */
  readonly reasons: readonly string[];
  /** What the import means for the client; null where it was not looked at. */
  readonly candidate: Candidate | null;
}

/** Where clients go. */
export interface Places {
  /** Null: all of them into the one project of `contexts`. */
  readonly mapping: Mapping | null;
  /** By the id of the project. */
  readonly contexts: ReadonlyMap<string, CandidateContext>;
}

/** A client that was selected, and what is known of it. */
interface Found {
  readonly clientId: string;
  readonly stored: StoredHydraClient | undefined;
  readonly registered: Registered | undefined;
  /** Where it is to be. */
  readonly place: CandidateContext | null;
}

/** Takes clients of Hydra into the registry. Writes to the registry only; it can be stopped and begun again at any time. */
export class Importer {
  constructor(
    private readonly api: HydraAdminApi,
    private readonly store: ImportStore,
    private readonly places: Places,
    private readonly options: ImportOptions,
  ) {}

  async *run(): AsyncGenerator<Imported, void> {
    const { selection } = this.options;
    for await (const { clientIds, found } of selected(this.api, selection, this.places.mapping)) {
      const registered = await this.store.registered(clientIds.filter(isClientId));
      for (const clientId of clientIds) {
        const stored = found.get(clientId);
        const place = this.placeOf(stored);
        yield await this.take({ clientId, stored, registered: registered.get(clientId), place });
      }
    }
  }

  private placeOf(stored: StoredHydraClient | undefined): CandidateContext | null {
    const { mapping, contexts } = this.places;
    if (mapping === null) return contexts.values().next().value ?? null;
    const projectId = stored && mapping.get(ownerOf(stored))?.projectId;
    return contexts.get(projectId ?? '') ?? null;
  }

  private async take(found: Found): Promise<Imported> {
    const { stored, registered, place } = found;
    if (registered) return this.known(found, registered);
    if (!stored) return end(found, 'refused', ['Hydra has no such client']);
    const owner = JSON.stringify(ownerOf(stored));
    if (!place) return end(found, 'refused', [`its owner ${owner} is not in the mapping file`]);
    const others = this.isNamed ? [] : othersIn(stored, place);
    if (others.length > 0) return end(found, 'skipped', others);
    return this.judge(found, candidateOf(stored, place, this.options));
  }

  /** Whether the operator has named the clients, by id, owner or mapping file. */
  private get isNamed(): boolean {
    return !['all', 'unowned'].includes(this.options.selection.kind);
  }

  private async judge(found: Found, candidate: Candidate): Promise<Imported> {
    if (candidate.obstacles.length > 0) return end(found, 'refused', candidate.obstacles);
    const losses = lossesOf(candidate);
    if (losses.length > 0) return end(found, 'refused', losses, candidate);
    return this.options.dryRun ? end(found, 'importable', [], candidate) : this.import(found, candidate);
  }

  private async import(found: Found, candidate: Candidate): Promise<Imported> {
    try {
      if (found.place && (await this.store.import(found.place, candidate))) {
        return end(found, 'imported', [], candidate);
      }
    } catch (error) {
      if (isDatabaseUnavailable(error)) throw error;
      return end(found, 'refused', [`the database refuses it: ${String(error)}`], candidate);
    }
    const meanwhile = (await this.store.registered([found.clientId])).get(found.clientId);
    return meanwhile
      ? this.known(found, meanwhile)
      : end(found, 'refused', ['the project was deleted meanwhile'], candidate);
  }

  private known(found: Found, { name, organization_id, project_id, is_deleted }: Registered): Imported {
    const project = { organizationId: organization_id, projectId: project_id };
    const elsewhere = this.isNamed ? 'refused' : 'skipped';
    const ended = (outcome: Outcome, reasons: readonly string[]): Imported => ({
      ...end(found, outcome, reasons),
      ...(!is_deleted && { name }),
      project,
    });
    if (is_deleted)
      return ended(elsewhere, ['it was registered and deleted, and its client_id stays reserved']);
    if (found.place && project_id !== found.place.projectId) {
      return ended(elsewhere, [`project ${project_id} has it already`]);
    }
    return ended('present', []);
  }
}

function end(
  { clientId, stored, place }: Found,
  outcome: Outcome,
  reasons: readonly string[],
  candidate: Candidate | null = null,
): Imported {
  const name = stored?.['client_name'];
  return {
    clientId,
    name: candidate?.settings.name ?? (typeof name === 'string' ? name : null),
    owner: stored ? ownerOf(stored) : null,
    project: place && { organizationId: place.organizationId, projectId: place.projectId },
    outcome,
    reasons,
    candidate,
  };
}

function lossesOf({ erased }: Candidate): string[] {
  if (erased.length === 0) return [];
  const members = erased.map(({ member }) => member).join(', ');
  return [`the registry cannot keep what it has of ${members}`];
}
