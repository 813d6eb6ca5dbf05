import { v7 } from 'uuid';
import type { AuditAction, AuditChanges } from '../../audit/audit-event.entity.js';
import type { Queryable } from '../../database/prepared-statement.js';
import type { LoadedOAuthClient } from '../model/oauth-client.entity.js';
import { contextValues, type WriteContext } from './oauth-client.writes.js';
import { CHANGE_SECRET, EXPIRED_IDS, EXPIRE_SECRETS } from './secret.statements.js';

export interface SecretUpdate {
  /** The client, and the revision of it that was read. */
  readonly id: string;
  readonly project_id: string;
  readonly revision: number;
  readonly secret_id: string;
  readonly action: AuditAction;
  readonly changes: AuditChanges;
  /** The name that it is to have. */
  readonly name: string | null;
  /** Seconds from now on, if it would have lived longer. Null leaves its expiry as it is. */
  readonly expires_in_seconds: number | null;
  /** Whether the secret ends. */
  readonly revoked: boolean;
}

/** Undefined when the client is no longer at the revision that was read. */
export const changeSecret = (
  database: Queryable,
  context: WriteContext,
  { changes, ...change }: SecretUpdate,
): Promise<LoadedOAuthClient | undefined> =>
  CHANGE_SECRET.row(database, {
    ...change,
    ...contextValues(context),
    changes: JSON.stringify(changes),
    event_id: v7(),
  });

/**
 * Writes down that secrets have expired, each once, and lets a server that keeps a secret of its own be told.
 *
 * @returns how many: as many as a batch holds, when there may be more
 */
export async function expireSecrets(database: Queryable, context: WriteContext): Promise<number> {
  const due = await EXPIRED_IDS.rows(database, {});
  if (due.length === 0) return 0;
  return EXPIRE_SECRETS.count(database, {
    ...contextValues(context),
    ids: due.map(({ id }) => id),
    event_ids: due.map(() => v7()),
    action: 'oauth_client.secret_expired' satisfies AuditAction,
  });
}
