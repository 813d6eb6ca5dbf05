import type pg from 'pg';
import { columnsOf, selectList } from '../database/entity-columns.js';
import { PreparedStatement } from '../database/prepared-statement.js';
import { pick } from '../lib/pick.js';
import { MEMBERS } from '../oauth-clients/model/members.js';
import { OAuthClient, type LoadedOAuthClient } from '../oauth-clients/model/oauth-client.entity.js';
import { LIVE_SECRETS } from '../oauth-clients/model/client-secret.js';
import { IS_TRUSTED } from '../oauth-clients/model/effective-trust.js';
import { REFUSAL_IS_DUE } from '../oauth-clients/model/secret-use.js';
import { noteRefusal, noteUse } from '../oauth-clients/writes/secret-use.writes.js';
import { isClientId } from '../lib/client-id.js';
import type { RegisteredClient } from './client-registration.js';

/** Looks a client up by its `client_id`, whatever a caller may have sent as one. */
export type FindClient = (clientId: string) => Promise<RegisteredClient | undefined>;

/** Notes what has just happened at the token endpoint. Nothing waits for it, and its failure fails nothing. */
export interface SecretNotes {
  used(this: void, secretId: string): void;
  refused(this: void, clientId: string): void;
}

const OF_THE_ROW = pick(columnsOf<LoadedOAuthClient>(OAuthClient), [
  'client_id',
  'organization_id',
  'project_id',
  ...MEMBERS.keys(),
]);

const { trusted, ...AS_STORED } = OF_THE_ROW;

/** One index look-up for the client and one for its live secrets; the joins are by primary key. */
const FIND_CLIENT = new PreparedStatement<RegisteredClient>(
  'authorization_server_client',
  `select ${selectList(AS_STORED, 'c')}, ${IS_TRUSTED} as trusted, c.tokens_ended_at, c.trust_ended_at, p.name as project_name,
    ${LIVE_SECRETS} as secrets, ${REFUSAL_IS_DUE} as is_refusal_due
  from oauth_clients c
  join projects p on p.id = c.project_id and p.deleted_at is null
  join organizations o on o.id = c.organization_id and o.deleted_at is null
  where c.client_id = :client_id and c.deleted_at is null`,
  {
    ...AS_STORED,
    trusted,
    tokens_ended_at: 'timestamptz',
    trust_ended_at: 'timestamptz',
    project_name: 'text',
    secrets: '_json',
    is_refusal_due: 'bool',
  },
);

/**
 * Reads clients straight from the registry's tables, so that a change is in effect at the next request after it commits.
 * A client that is deleted, or whose project or organization is, does not exist.
 *
 * @param mayAssign whether a scope may still be given to clients: one that was registered and no longer may is left out
 */
export const registeredClients =
  (pool: pg.Pool, mayAssign: (scope: string) => boolean): FindClient =>
  async (clientId) => {
    if (!isClientId(clientId)) return undefined;
    const client = await FIND_CLIENT.row(pool, { client_id: clientId });
    return client && { ...client, scopes: client.scopes.filter(mayAssign) };
  };

export const secretNotes = (pool: pg.Pool, onFailure: (error: unknown) => void): SecretNotes => ({
  used: (secretId) => void noteUse(pool, secretId).catch(onFailure),
  refused: (clientId) => void noteRefusal(pool, clientId).catch(onFailure),
});
