import { v7 } from 'uuid';
import type { AuditAction, AuditChanges } from '../../audit/audit-event.entity.js';
import { originValues, type AuditOrigin } from '../../audit/audit-log.js';
import type { Queryable, Values } from '../../database/prepared-statement.js';
import type { LeasedWith } from '../model/leased-client.js';
import { foldedName } from '../model/folded-name.js';
import type { ClientSettings } from '../model/members.js';
import type { LoadedOAuthClient } from '../model/oauth-client.entity.js';
import type { SeenClient } from '../model/sync-state.js';
import { once, type KeptAnswer } from './kept-answer.js';
import {
  CHANGE_ONCE,
  changeOf,
  DELETE,
  FOLLOW_TRUST,
  INSERT,
  INSERT_ONCE,
  LOCK_LIVE,
  TRUSTED_IDS,
  type ChangedRow,
} from './oauth-client.statements.js';

/** Who writes, in answer to which request, and whether the authorization server needs nothing more than the commit. */
export interface WriteContext extends AuditOrigin {
  readonly applied: boolean;
  /** Takes the lease for whoever brings the change to the authorization server at once; absent or null: it waits its turn. */
  readonly leaseToken?: string | null;
}

/** A secret as it is stored. */
export interface StoredSecret {
  readonly id: string;
  /** Null, as is `last_four`, for one that only the authorization server knows. */
  readonly hash: Buffer | null;
  readonly last_four: string | null;
  /** The encrypted clear text, for an authorization server that has to be sent it. */
  readonly sealed: Buffer | null;
  readonly name?: string | null;
  /** Seconds from now on; null for one that works until somebody ends it. */
  readonly expires_in_seconds?: number | null;
}

/** A client that an authorization server had before this registry did. */
export interface KnownClient extends SeenClient {
  /** What the registry does not manage of it. */
  readonly unmanaged: object;
  /** Whose it was there; '' for nobody's. */
  readonly owner: string;
}

export interface ClientInsert {
  readonly id: string;
  readonly client_id: string;
  readonly organization_id: string;
  readonly project_id: string;
  readonly settings: ClientSettings;
  readonly action: AuditAction;
  readonly changes: AuditChanges;
  readonly secret: StoredSecret | null;
  /** What the authorization server has of the client already, in a state of before. */
  readonly known?: KnownClient;
  /** The key of its internal credential, for a client of the token gate. */
  readonly gate_key?: string | null;
  /** How many live clients the project may have; null for no bound. */
  readonly max_clients?: number | null;
  /** Kept in the same statement, for whoever repeats the call. */
  readonly kept?: KeptAnswer | null;
}

export interface ClientChange {
  readonly id: string;
  readonly project_id: string;
  /** The revision that was read. */
  readonly revision: number;
  readonly settings: ClientSettings;
  readonly action: AuditAction;
  readonly changes: AuditChanges;
  /** Seconds for which the older secrets work on, at most; 0 ends them. Null leaves them as they are. */
  readonly overlap_seconds?: number | null;
  readonly secret?: StoredSecret | null;
  /** Whether this settles what is to become of a client that is held (see `sync-state.ts`), as a new secret does. */
  readonly accepts?: boolean;
  /** Whether all that the client was issued so far ends. */
  readonly end_tokens?: boolean;
  /** Whether the authorization server is to know the client by its new secret, and no longer by an internal one. */
  readonly leaves_gate?: boolean;
  /** Kept in the same statement, for whoever repeats the call. */
  readonly kept?: KeptAnswer | null;
}

export interface ClientDeletion {
  readonly ids: readonly string[];
  readonly project_ids: readonly string[];
  /** The revision that was read; null for any. */
  readonly revision: number | null;
}

/** Undefined when the project is gone or full, the `client_id` is taken, or the same call has been made already. */
export const insertClient = (
  database: Queryable,
  context: WriteContext,
  {
    settings,
    secret,
    changes,
    known,
    max_clients = null,
    gate_key = null,
    kept = null,
    ...insert
  }: ClientInsert,
): Promise<LoadedOAuthClient | undefined> =>
  once(kept, { plain: INSERT, keeping: INSERT_ONCE }, database, [
    {
      name_folded: foldedName(settings.name),
      changes: JSON.stringify(changes),
      event_id: v7(),
      known: known !== undefined,
      unmanaged: known && JSON.stringify(known.unmanaged),
      imported_owner: known?.owner,
      server_created_at: known?.created_at,
      server_updated_at: known?.updated_at,
      gate_key,
      max_clients,
    },
    insert,
    contextValues(context),
    secretValues(secret),
    settings,
  ]);

/** Undefined when the client is no longer at the revision that was read: another write was first. */
export const changeClient = (
  database: Queryable,
  context: WriteContext,
  {
    settings,
    secret = null,
    changes,
    overlap_seconds = null,
    end_tokens = false,
    leaves_gate = false,
    accepts = secret !== null,
    kept = null,
    ...change
  }: ClientChange,
): Promise<(ChangedRow & LeasedWith) | undefined> =>
  once(
    kept,
    {
      plain: changeOf({
        ofSecrets: secret !== null || overlap_seconds !== null || accepts,
        leases: Boolean(context.leaseToken),
      }),
      keeping: CHANGE_ONCE,
    },
    database,
    [
      {
        name_folded: foldedName(settings.name),
        changes: JSON.stringify(changes),
        event_id: v7(),
        overlap_seconds,
        end_tokens,
        leaves_gate,
        accepts,
      },
      change,
      contextValues(context),
      secretValues(secret),
      settings,
    ],
  );

/** Deletes those that are still there, and ends their secrets. @returns the deleted ones */
export const deleteClients = (
  database: Queryable,
  context: WriteContext,
  deletion: ClientDeletion,
): Promise<LoadedOAuthClient[]> =>
  DELETE.rows(database, {
    ...deletion,
    ...contextValues(context),
    action: 'oauth_client.deleted' satisfies AuditAction,
    changes: '{}',
    event_ids: deletion.ids.map(() => v7()),
    overlap_seconds: 0,
  });

/** Clients of one statement: small ones keep locks and messages short. */
const BATCH = 1_000;

/** Deletes every client of the projects, each with a revision and an event of its own. */
export async function deleteClientsOf(
  database: Queryable,
  context: WriteContext,
  projectIds: readonly string[],
): Promise<void> {
  const live = await LOCK_LIVE.rows(database, { project_ids: projectIds });
  for (const ids of batchesOf(live)) {
    await deleteClients(database, context, { ids, project_ids: projectIds, revision: null });
  }
}

/**
 * Brings the trusted clients of an organization under the permission that it has now, each with a revision and an event of its
 * own. Those that are under it already are left alone.
 */
export async function followTrust(
  database: Queryable,
  context: WriteContext,
  organizationId: string,
): Promise<void> {
  const trusted = await TRUSTED_IDS.rows(database, { organization_id: organizationId });
  for (const ids of batchesOf(trusted)) {
    await FOLLOW_TRUST.rows(database, {
      ids,
      ...contextValues(context),
      action: 'oauth_client.trust_changed' satisfies AuditAction,
      changes: '{}',
      event_ids: ids.map(() => v7()),
    });
  }
}

function* batchesOf(rows: readonly { readonly id: string }[]): Generator<string[]> {
  for (let start = 0; start < rows.length; start += BATCH)
    yield rows.slice(start, start + BATCH).map(({ id }) => id);
}

export const contextValues = (context: WriteContext): Values => ({
  ...originValues(context),
  applied: context.applied,
  lease_token: context.leaseToken ?? null,
});

const secretValues = (secret: StoredSecret | null): Values => ({
  secret_id: secret && secret.id,
  secret_hash: secret && secret.hash,
  secret_last_four: secret && secret.last_four,
  secret_sealed: secret && secret.sealed,
  secret_name: secret?.name ?? null,
  secret_expires_in_seconds: secret?.expires_in_seconds ?? null,
});
