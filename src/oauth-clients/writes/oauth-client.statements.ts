import type { DataSource } from 'typeorm';
import { PreparedStatement, selectList } from '../../database/prepared.js';
import { OAuthClient } from '../model/oauth-client.entity.js';

export interface OAuthClientStatements {
  readonly create: PreparedStatement;
  readonly change: PreparedStatement;
  readonly page: PreparedStatement;
}

/**
 * The statements that requests run, written out. A write is one statement and so one transaction: the row, its audit event
 * and what happens to its secrets and tokens are in effect together or not at all.
 */
export function oauthClientStatements(dataSource: DataSource): OAuthClientStatements {
  const columns = selectList(dataSource, OAuthClient, 'c');
  return {
    create: new PreparedStatement('oauth_client_create', create(columns)),
    change: new PreparedStatement('oauth_client_change', change(columns)),
    page: new PreparedStatement('oauth_client_page', page(columns)),
  };
}

/** The columns that an owner decides about and may change. */
const SETTINGS = [
  'name',
  'description',
  'redirect_uris',
  'scopes',
  'trusted',
  'enabled',
  'token_endpoint_auth_method',
  'pkce_required',
  'pkce_challenge_method',
];

/**
 * Makes nothing once the project is deleted; the share lock makes a deletion wait for this insert. The organization is not
 * locked: its deletion goes through its projects, and a second lock could be taken in another order than provisioning does.
 */
const create = (columns: string): string => `
  with tenant as (
    select p.id, p.organization_id
    from projects p join organizations o on o.id = p.organization_id
    where p.id = :project_id and p.organization_id = :organization_id and p.deleted_at is null and o.deleted_at is null
    for share of p
  ), written as (
    insert into oauth_clients as c
      (id, organization_id, project_id, client_id, grant_types, ${SETTINGS.join(', ')},
       created, modified, created_by, modified_by, revision, synced_revision, synced_at)
    select :id, organization_id, id, :client_id, :grant_types, ${SETTINGS.map((name) => `:${name}`).join(', ')},
           now(), now(), :actor::jsonb, :actor::jsonb, 1, :applied::integer, case when :applied::integer = 1 then now() end
    from tenant
    returning c.*
  )${AUDIT_EVENT}${NEW_SECRET}
  select ${columns} from written c`;

/** Writes over the one revision that was read. No row comes back when another write was first. */
const change = (columns: string): string => `
  with written as (
    update oauth_clients c set
      ${SETTINGS.map((name) => `${name} = :${name}`).join(', ')},
      deleted_at = case when :deleted::boolean then now() end,
      modified = now(), modified_by = :actor::jsonb,
      revision = c.revision + 1,
      synced_revision = c.synced_revision + (c.revision + 1 - c.synced_revision) * :applied::integer,
      synced_at = case when :applied::integer = 1 then now() else c.synced_at end,
      sync_attempts = 0, sync_due_at = null, sync_problem = null
    where c.id = :id and c.project_id = :project_id and c.revision = :revision and c.deleted_at is null
    returning c.*
  )${AUDIT_EVENT}, revoked as (
    update oauth_client_secrets s set revoked_at = now(), sealed = null from written
    where :revoke_secrets::boolean and s.oauth_client_id = written.id and s.revoked_at is null
  ), ended as (
    delete from authorization_server_artifacts a using written
    where :deleted::boolean and a.client_id = written.client_id
  )${NEW_SECRET}
  select ${columns} from written c`;

const AUDIT_EVENT = `, event as (
    insert into audit_events (id, organization_id, project_id, oauth_client_id, actor, action, changes, request_id, revision)
    select :event_id, organization_id, project_id, id, :actor::jsonb, :action, :changes::jsonb, :request_id, revision
    from written
  )`;

const NEW_SECRET = `, secret as (
    insert into oauth_client_secrets (id, oauth_client_id, hash, last_four, created, created_by, sealed)
    select :secret_id::uuid, id, :secret_hash::bytea, :secret_last_four, now(), :actor::jsonb, :secret_sealed::bytea
    from written where :secret_id::uuid is not null
  )`;

/** Newest first: ids are UUIDs of version 7. `before` is above every id on the first page. */
const page = (columns: string): string => `
  select ${columns} from oauth_clients c
  where c.project_id = :project_id and c.deleted_at is null and c.id < :before
  order by c.id desc
  limit :limit`;
