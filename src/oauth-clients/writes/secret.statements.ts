import { insertAuditEvents } from '../../audit/audit-log.js';
import { BATCH } from '../../database/cleanup.js';
import { NO_COLUMNS, PreparedStatement } from '../../database/prepared-statement.js';
import type { OAuthClientSecret } from '../model/oauth-client-secret.entity.js';
import {
  CHANGED_EXPIRES_AT,
  EXPIRES_NOW,
  EXPIRY_AFTER_CHANGE,
  EXPIRY_AFTER_EXPIRY,
  IS_LISTED,
} from '../model/secrets-of-client.js';
import { changed, LEASED_WITH_CHANGE, NOT_MODIFIED } from '../model/sync-state.js';
import { COLUMNS, SELECT_LIST } from './oauth-client.statements.js';

/*
 * How one secret is changed after it was made. It is a change of its client: a new revision, in one statement with its audit
 * event. Secrets are made, and make room for newer ones, with the statements of clients.
 */

const happened = (changes: string): string => `, happened as (
    select event_id, organization_id, project_id, id as oauth_client_id, secret_id, :action as action, ${changes} as changes, revision
    from written
  ), event as (${insertAuditEvents('happened')}
  )`;

/** SQL: a moment as answers of the API write it. */
const inText = (moment: string): string =>
  `to_char(${moment} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

/** How the expiry changes, for the audit event. The database tells it, whose clock sets the moment. */
const CHANGE_OF_EXPIRY = `
  case when :expires_in_seconds::integer is null then '{}'::jsonb else jsonb_build_object('expires_at',
    jsonb_build_object('from', ${inText('s.expires_at')}, 'to', ${inText(CHANGED_EXPIRES_AT)})) end`;

/**
 * Renames a secret, shortens its life or ends it. No row comes back when another write of the client was first, or the secret
 * is not one of the client's that is listed.
 */
export const CHANGE_SECRET = new PreparedStatement(
  'oauth_client_secret_change',
  `with secret as (
    select s.id, ${CHANGE_OF_EXPIRY} as change_of_expiry from oauth_client_secrets s
    where s.id = :secret_id and s.oauth_client_id = :id and ${IS_LISTED}
  ), written as (
    update oauth_clients c set modified = now(), modified_by = :actor::jsonb, ${changed(':revoked::boolean')}, ${EXPIRY_AFTER_CHANGE},
      ${LEASED_WITH_CHANGE}
    from secret
    where c.id = :id and c.project_id = :project_id and c.revision = :revision and c.deleted_at is null
    returning c.*, :event_id::uuid as event_id, secret.id as secret_id, secret.change_of_expiry
  )${happened(':changes::jsonb || change_of_expiry')}, changed as (
    update oauth_client_secrets s set
      name = :name,
      expires_at = ${CHANGED_EXPIRES_AT},
      revoked_at = case when :revoked::boolean then now() else s.revoked_at end,
      sealed = case when :revoked::boolean then null else s.sealed end
    from written where s.id = written.secret_id
  )
  select ${SELECT_LIST} from written c`,
  COLUMNS,
);

type Id = Pick<OAuthClientSecret, 'id'>;

export const EXPIRED_IDS = new PreparedStatement<Id>(
  'oauth_client_secret_expired_ids',
  `select s.id from oauth_client_secrets s where ${EXPIRES_NOW} order by s.expires_at limit ${BATCH}`,
  { id: 'uuid' },
);

/** Skips what is being changed, so that it waits for nobody and cannot deadlock. A skipped secret is refused all the same. */
export const EXPIRE_SECRETS = new PreparedStatement(
  'oauth_client_secret_expire',
  `with due as (
    select s.id as secret_id, s.oauth_client_id, target.event_id
    from unnest(:ids::uuid[], :event_ids::uuid[]) as target (id, event_id)
    join oauth_client_secrets s on s.id = target.id
    join oauth_clients c on c.id = s.oauth_client_id
    where ${EXPIRES_NOW}
    for update of c, s skip locked
  ), expired as (
    update oauth_client_secrets s set revoked_at = s.expires_at, sealed = null from due where s.id = due.secret_id
  ), changed as (
    update oauth_clients c set ${changed('true')}, ${NOT_MODIFIED}, ${EXPIRY_AFTER_EXPIRY}
    where c.id in (select oauth_client_id from due)
    returning c.*
  ), written as (
    select c.*, due.event_id, due.secret_id from changed c join due on due.oauth_client_id = c.id
  )${happened(`'{}'::jsonb`)}
  select from due`,
  NO_COLUMNS,
);
