import type pg from 'pg';
import { v7 } from 'uuid';
import type { ActorRecord } from '../../audit/actor-record.js';
import type { AuditAction } from '../../audit/audit-event.entity.js';
import { changesBetween } from '../../audit/changes-between.js';
import { PreparedStatement } from '../../database/prepared-statement.js';
import { insertClient, type KnownClient } from '../../oauth-clients/writes/oauth-client.writes.js';
import type { ClientSettings } from '../../oauth-clients/model/members.js';

export interface ImportProject {
  readonly organizationId: string;
  readonly projectId: string;
}

/** A client of Hydra as it is to be in the registry. */
export interface ImportedClient {
  readonly clientId: string;
  readonly settings: ClientSettings;
  readonly known: KnownClient;
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

const PROJECT = new PreparedStatement<{ trusted_clients_allowed: boolean }>(
  'import_project',
  `select o.trusted_clients_allowed ${TENANT}`,
  { trusted_clients_allowed: 'bool' },
);

const REGISTERED = new PreparedStatement<Registered>(
  'import_registered',
  `select client_id, project_id, deleted_at is not null as is_deleted
   from oauth_clients where client_id = any(:client_ids::text[])`,
  { client_id: 'text', project_id: 'uuid', is_deleted: 'bool' },
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
    const ids = { organization_id: organizationId, project_id: projectId };
    return (await PROJECT.row(this.pool, ids)) ?? null;
  }

  async registered(clientIds: readonly string[]): Promise<Map<string, Registered>> {
    const rows = await REGISTERED.rows(this.pool, { client_ids: clientIds });
    return new Map(rows.map((row) => [row.client_id, row]));
  }

  /** @returns false when the project or the `client_id` is no longer to be had */
  async import(
    { organizationId, projectId }: ImportProject,
    { clientId, settings, known }: ImportedClient,
  ): Promise<boolean> {
    const isPublic = settings.token_endpoint_auth_method === 'none';
    const context = { actor: ACTOR, requestId: this.runId, applied: false };
    const imported = await insertClient(this.pool, context, {
      id: v7(),
      client_id: clientId,
      organization_id: organizationId,
      project_id: projectId,
      settings,
      action: ACTION,
      changes: changesBetween(null, settings),
      // Only Hydra knows the secret. It has the client in a state of before: a patch follows, and leaves the secret there.
      secret: isPublic ? null : { id: v7(), hash: null, last_four: null, sealed: null },
      known,
    });
    return imported !== undefined;
  }
}
