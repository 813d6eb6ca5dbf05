import type pg from 'pg';
import { v7 } from 'uuid';
import type { ActorRecord } from '../../audit/actor-record.js';
import type { AuditAction } from '../../audit/audit-event.entity.js';
import { changesBetween } from '../../audit/changes-between.js';
import { PreparedStatement } from '../../database/prepared.js';
import { toMembers } from '../../oauth-clients/model/to-members.js';
import type { ClientSettings } from '../../oauth-clients/model/client-settings.js';

export interface ImportProject {
  readonly organizationId: string;
  readonly projectId: string;
}

/** Who has a client already. */
export interface Registered {
  readonly client_id: string;
  readonly project_id: string;
  readonly is_deleted: boolean;
}

const ACTOR: ActorRecord = {
  issuer: 'urn:oauth-client-registry:command',
  subject: 'hydra:import',
  client_id: null,
};
const ACTION: AuditAction = 'oauth_client.imported';

const TENANT = `
  from projects p join organizations o on o.id = p.organization_id
  where p.id = :project_id and p.organization_id = :organization_id and p.deleted_at is null and o.deleted_at is null`;

const PROJECT = new PreparedStatement('import_project', `select o.trusted_clients_allowed ${TENANT}`);

const REGISTERED = new PreparedStatement(
  'import_registered',
  `select client_id, project_id, deleted_at is not null as is_deleted
   from oauth_clients where client_id = any(:client_ids::uuid[])`,
);

/**
 * Row, audit event and secret in one transaction. Hydra has the client, so it counts as brought there once, at a revision
 * before the first: a PUT follows, and leaves its secret. Only Hydra knows that, so its row here is empty.
 */
const IMPORT = new PreparedStatement(
  'import_client',
  `with tenant as (
     select p.id, p.organization_id ${TENANT} for share of p
   ), written as (
     insert into oauth_clients
       (id, organization_id, project_id, client_id, name, description, redirect_uris, grant_types, scopes, trusted, enabled,
        token_endpoint_auth_method, pkce_required, pkce_challenge_method,
        created, modified, created_by, modified_by, revision, synced_revision, synced_at)
     select :id, organization_id, id, :client_id, :name, :description, :redirect_uris, :grant_types, :scopes, :trusted, :enabled,
        :token_endpoint_auth_method, :pkce_required, :pkce_challenge_method,
        now(), now(), :actor::jsonb, :actor::jsonb, 1, 0, now()
     from tenant
     on conflict (client_id) do nothing
     returning id, organization_id, project_id, revision, token_endpoint_auth_method
   ), event as (
     insert into audit_events (id, organization_id, project_id, oauth_client_id, actor, action, changes, request_id, revision)
     select :event_id, organization_id, project_id, id, :actor::jsonb, :action, :changes::jsonb, :request_id, revision
     from written
   ), secret as (
     insert into oauth_client_secrets (id, oauth_client_id, created, created_by)
     select :secret_id, id, now(), :actor::jsonb from written where token_endpoint_auth_method <> 'none'
   )
   select id from written`,
);

/** The registry's side of an import. */
export class ImportStore {
  /** @param runId ties the audit events of one run together */
  constructor(
    private readonly pool: pg.Pool,
    private readonly runId: string,
  ) {}

  /** Null when there is no such project, or it is deleted. */
  async project({
    organizationId,
    projectId,
  }: ImportProject): Promise<{ trusted_clients_allowed: boolean } | null> {
    const { rows } = await this.pool.query<{ trusted_clients_allowed: boolean }>(
      PROJECT.with({ organization_id: organizationId, project_id: projectId }),
    );
    return rows[0] ?? null;
  }

  async registered(clientIds: readonly string[]): Promise<Map<string, Registered>> {
    const { rows } = await this.pool.query<Registered>(REGISTERED.with({ client_ids: clientIds }));
    return new Map(rows.map((row) => [row.client_id, row]));
  }

  /** @returns false when the project or the `client_id` is no longer to be had */
  async import(
    { organizationId, projectId }: ImportProject,
    clientId: string,
    settings: ClientSettings,
  ): Promise<boolean> {
    const members = toMembers(settings);
    const { rows } = await this.pool.query<{ id: string }>(
      IMPORT.with({
        ...members,
        id: v7(),
        client_id: clientId,
        organization_id: organizationId,
        project_id: projectId,
        actor: JSON.stringify(ACTOR),
        action: ACTION,
        changes: JSON.stringify(changesBetween(null, members)),
        event_id: v7(),
        secret_id: v7(),
        request_id: this.runId,
      }),
    );
    return rows.length > 0;
  }
}
