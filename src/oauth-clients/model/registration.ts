import { columnsOf, selectList } from '../../database/entity-columns.js';
import type { ColumnsOf } from '../../database/prepared-statement.js';
import type { JsonObject } from '../../lib/json.js';
import { pick } from '../../lib/pick.js';
import { MEMBERS, type ClientSettings } from './members.js';
import { IS_TRUSTED } from './effective-trust.js';
import { CREDENTIAL_COLUMNS, CREDENTIAL_LIST, type ServerCredential } from './server-credential.js';
import { UNMANAGED } from './sync-state.js';
import { IS_NEWEST } from './secrets-of-client.js';
import { OAuthClient, type LoadedOAuthClient } from './oauth-client.entity.js';

type Identity = Pick<OAuthClient, 'id' | 'client_id' | 'organization_id' | 'project_id' | 'revision'>;

/**
 * What an operator has set in Hydra and the registry does not manage: whole members, and under `metadata` those that are
 * not the registry's mark. Empty members and Hydra's defaults are left out.
 */
export type Unmanaged = JsonObject;

/** What the registry tells the authorization server about one client: a state of the row, at one revision. `trusted` is what is in effect. */
export interface Registration extends Identity, ClientSettings, ServerCredential {
  readonly deleted: boolean;
  /** The client's newest secret; null for a public client, and for one whose secret is lost, expired or ended. */
  readonly secret_id: string | null;
  /** Whether there is none because it never reached Hydra, or was lost there. */
  readonly secret_lost: boolean;
  /** The live secret, encrypted, until Hydra is known to have it. */
  readonly sealed: Buffer | null;
  /** What Hydra had of it, when last seen, beside what the registry manages. */
  readonly unmanaged: Unmanaged | null;
}

const OF_THE_ROW = pick(columnsOf<LoadedOAuthClient>(OAuthClient), [
  'id',
  'client_id',
  'organization_id',
  'project_id',
  'revision',
  ...MEMBERS.keys(),
]);

const { trusted, ...AS_STORED } = OF_THE_ROW;

/** Whether the client has no secret left, and the last one ended because Hydra never had it or has lost it. */
export const IS_LOST = `
  (s.id is null and coalesce((
    select l.lost from oauth_client_secrets l where l.oauth_client_id = c.id order by l.revoked_at desc nulls last limit 1
  ), false))`;

/** For a `select` from `oauth_clients c` with `REGISTRATION_JOIN`: row and secret must come from one snapshot. */
export const REGISTRATION_LIST = `
  ${selectList(AS_STORED, 'c')}, ${IS_TRUSTED} as trusted, c.deleted_at is not null as deleted, s.id as secret_id, s.sealed,
  ${IS_LOST} as secret_lost, ${UNMANAGED}, ${CREDENTIAL_LIST}`;

export const REGISTRATION_JOIN = `
  join organizations o on o.id = c.organization_id
  left join oauth_client_secrets s on s.oauth_client_id = c.id and ${IS_NEWEST}`;

export const REGISTRATION_COLUMNS: ColumnsOf<Registration> = {
  ...AS_STORED,
  trusted,
  deleted: 'bool',
  secret_id: 'uuid',
  secret_lost: 'bool',
  sealed: 'bytea',
  unmanaged: 'jsonb',
  ...CREDENTIAL_COLUMNS,
};
