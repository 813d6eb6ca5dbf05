import type { OAuthClient } from './oauth-client.entity.js';
import type { SyncStatus } from './oauth-client.vocabulary.js';

/** What owners are shown of how far the authorization server has followed (`sync-state.ts`). */
export type SyncState = Pick<OAuthClient, 'revision' | 'synced_revision' | 'sync_problem'>;

export const SYNC_STATE_COLUMNS = {
  revision: 'int4',
  synced_revision: 'int4',
  sync_problem: 'jsonb',
} as const;

/** Whether the server lacks the client's revision, as far as is known. */
export const isBehind = ({
  revision,
  synced_revision,
}: Pick<SyncState, 'revision' | 'synced_revision'>): boolean => synced_revision < revision;

/** Whether waiting longer would tell the owner of this revision nothing new. */
export const isSettled = ({ synced_revision, sync_problem }: SyncState, revision: number): boolean =>
  synced_revision >= revision || sync_problem !== null;

/** The client with what is known of its sync now. A later change may have been brought with it. */
export const withSyncState = <Client extends SyncState>(client: Client, state: SyncState): Client => ({
  ...client,
  synced_revision: Math.min(state.synced_revision, client.revision),
  sync_problem: state.sync_problem,
});

export function syncStatusOf(state: SyncState): SyncStatus {
  if (state.sync_problem !== null) return 'failed';
  return isBehind(state) ? 'pending' : 'synced';
}
