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

/** A client that the registry has, or had. */
export interface Registered {
  readonly client_id: string;
  readonly organization_id: string;
  readonly project_id: string;
  readonly name: string;
  readonly is_deleted: boolean;
}

const ACTOR: ActorRecord = {
  issuer: 'urn:oauth-client-registry:command',
  subject: 'hydra:import',
  client_id: null,
};
const ACTION: AuditAction = 'oauth_client.imported';

/** A project that is there, and what its organization may do. */
export interface FoundProject {
  readonly organization_id: string;
  readonly project_id: string;
  readonly trusted_clients_allowed: boolean;
}

const PROJECTS = new PreparedStatement<FoundProject>(
  'import_projects',
  `select o.id as organization_id, p.id as project_id, o.trusted_clients_allowed
   from unnest(:organization_ids::uuid[], :project_ids::uuid[]) as wanted (organization_id, project_id)
   join projects p on p.id = wanted.project_id and p.organization_id = wanted.organization_id and p.deleted_at is null
   join organizations o on o.id = p.organization_id and o.deleted_at is null`,
  { organization_id: 'uuid', project_id: 'uuid', trusted_clients_allowed: 'bool' },
);

const REGISTERED = new PreparedStatement<Registered>(
  'import_registered',
  `select client_id, organization_id, project_id, name, deleted_at is not null as is_deleted
   from oauth_clients where client_id = any(:client_ids::text[])`,
  { client_id: 'text', organization_id: 'uuid', project_id: 'uuid', name: 'text', is_deleted: 'bool' },
);

const IMPORTED_OWNERS = new PreparedStatement<{ owner: string }>(
  'import_owners',
  `select distinct imported_owner as owner from oauth_clients where imported_owner = any(:owners::text[])`,
  { owner: 'text' },
);

/** The registry's side of an import. */
export class ImportStore {
  /** @param runId ties the audit events of one run together */
  constructor(
    private readonly pool: pg.Pool,
    private readonly runId: string,
  ) {}

  /** Which of the projects exist and are not deleted. */
  projects(wanted: readonly ImportProject[]): Promise<FoundProject[]> {
    return PROJECTS.rows(this.pool, {
      organization_ids: wanted.map(({ organizationId }) => organizationId),
      project_ids: wanted.map(({ projectId }) => projectId),
    });
  }

  /** Which of the owners had clients that were imported before: in Hydra these have another owner since. */
  async importedOwners(owners: readonly string[]): Promise<Set<string>> {
    const rows = await IMPORTED_OWNERS.rows(this.pool, { owners });
    return new Set(rows.map(({ owner }) => owner));
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
      // Only Hydra knows the secret, and the patch that follows leaves it there.
      secret: isPublic ? null : { id: v7(), hash: null, last_four: null, sealed: null },
      known,
    });
    return imported !== undefined;
  }
}
