import type { HydraAdminApi, StoredHydraClient } from '../admin-api/hydra-admin-api.js';
import { hydraPages } from '../admin-api/hydra-pages.js';
import type { Mapping } from './mapping-file.js';

/** Which clients of Hydra. */
export type ImportSelection =
  | { readonly kind: 'owner'; readonly owner: string }
  | { readonly kind: 'clients'; readonly clientIds: readonly string[] }
  /** Those of the owners in the mapping file. */
  | { readonly kind: 'mapped' }
  | { readonly kind: 'unowned' }
  | { readonly kind: 'all' };

/** Some of the selected clients, and what Hydra has of each. */
export interface Selected {
  readonly clientIds: readonly string[];
  readonly found: ReadonlyMap<string, StoredHydraClient>;
}

/** Reads the selected clients page by page, so that any number of them takes the memory of a page. */
export async function* selected(
  api: HydraAdminApi,
  selection: ImportSelection,
  mapping: Mapping | null,
): AsyncGenerator<Selected> {
  if (selection.kind === 'clients') {
    for (const clientId of new Set(selection.clientIds)) {
      const stored = await api.find(clientId);
      yield { clientIds: [clientId], found: new Map(stored && [[clientId, stored]]) };
    }
    return;
  }
  const isSelected = testOf(selection, mapping);
  // Hydra takes an empty owner for "of any owner".
  const owner = selection.kind === 'owner' ? selection.owner : undefined;
  for await (const page of hydraPages(api, owner)) yield selectedOf(page.filter(isSelected));
}

function testOf(
  selection: Exclude<ImportSelection, { kind: 'clients' }>,
  mapping: Mapping | null,
): (stored: StoredHydraClient) => boolean {
  if (selection.kind === 'owner') return (stored) => ownerOf(stored) === selection.owner;
  if (selection.kind === 'unowned') return (stored) => ownerOf(stored) === '';
  if (selection.kind === 'mapped') return (stored) => mapping?.has(ownerOf(stored)) === true;
  return () => true;
}

/** The owner of a client in Hydra, '' for none. */
export const ownerOf = ({ owner }: StoredHydraClient): string => (typeof owner === 'string' ? owner : '');

const selectedOf = (clients: readonly StoredHydraClient[]): Selected => ({
  clientIds: clients.map(({ client_id: clientId }) => clientId),
  found: new Map(clients.map((stored) => [stored.client_id, stored])),
});
