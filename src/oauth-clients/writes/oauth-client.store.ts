import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { DataSource } from 'typeorm';
import { v4, v7 } from 'uuid';
import { recordOf } from '../../audit/actor-record.js';
import type { AuditAction, AuditChanges } from '../../audit/audit-event.entity.js';
import { AuthorizationServer } from '../../authorization-server/authorization-server.js';
import type { PreparedStatement } from '../../database/prepared.js';
import type { Caller } from '../../auth/caller.js';
import type { Tenant } from '../../tenants/tenant.js';
import type { ClientSecret } from '../model/client-secret.js';
import type { LoadedOAuthClient } from '../model/oauth-client.entity.js';
import { toMembers } from '../model/to-members.js';
import type { ClientSettings } from '../model/client-settings.js';
import { oauthClientStatements, type OAuthClientStatements } from './oauth-client.statements.js';

/** The next state of a client, and what comes with it. */
export interface Change {
  readonly action: AuditAction;
  readonly changes: AuditChanges;
  readonly settings: ClientSettings;
  readonly deleted?: boolean;
  readonly revokeSecrets?: boolean;
  readonly secret?: ClientSecret | null;
}

/**
 * Reads and writes clients of one tenant. A write carries its audit event and its secret in the same transaction, and then
 * waits a moment for the authorization server.
 */
@Injectable()
export class OAuthClientStore {
  private readonly statements: OAuthClientStatements;

  constructor(
    private readonly pool: pg.Pool,
    private readonly authorizationServer: AuthorizationServer,
    dataSource: DataSource,
  ) {
    this.statements = oauthClientStatements(dataSource);
  }

  /** Null when the project is gone. */
  async create(tenant: Tenant, caller: Caller, change: Change): Promise<LoadedOAuthClient | null> {
    const clientId = v4();
    const [created] = await this.run(this.statements.create, {
      ...this.write(tenant, caller, change, clientId),
      id: v7(),
      client_id: clientId,
      organization_id: tenant.organizationId,
    });
    return created ? this.authorizationServer.settle(created, false) : null;
  }

  /** Null when the client is no longer at the revision that was read: another write was first. */
  async change(
    tenant: Tenant,
    caller: Caller,
    { id, client_id, revision }: LoadedOAuthClient,
    change: Change,
  ): Promise<LoadedOAuthClient | null> {
    const { deleted = false } = change;
    const [changed] = await this.run(this.statements.change, {
      ...this.write(tenant, caller, change, client_id),
      id,
      revision,
      deleted,
      revoke_secrets: change.revokeSecrets ?? false,
    });
    return changed ? this.authorizationServer.settle(changed, deleted) : null;
  }

  /** Up to `limit` clients with ids below `before`, newest first. */
  page(tenant: Tenant, before: string, limit: number): Promise<LoadedOAuthClient[]> {
    return this.run(this.statements.page, { project_id: tenant.projectId, before, limit });
  }

  private write(
    tenant: Tenant,
    { actor, requestId }: Caller,
    change: Change,
    clientId: string,
  ): Record<string, unknown> {
    return {
      ...toMembers(change.settings),
      project_id: tenant.projectId,
      applied: this.authorizationServer.appliesOnCommit ? 1 : 0,
      actor: JSON.stringify(recordOf(actor)),
      event_id: v7(),
      action: change.action,
      changes: JSON.stringify(change.changes),
      request_id: requestId,
      ...this.secretColumns(change.secret ?? null, clientId),
    };
  }

  private secretColumns(secret: ClientSecret | null, clientId: string): Record<string, unknown> {
    const secretId = v7();
    return {
      secret_id: secret && secretId,
      secret_hash: secret && secret.hash,
      secret_last_four: secret && secret.last_four,
      secret_sealed: secret && this.authorizationServer.seal(secret.secret, { clientId, secretId }),
    };
  }

  private async run(
    statement: PreparedStatement,
    values: Record<string, unknown>,
  ): Promise<LoadedOAuthClient[]> {
    const { rows } = await this.pool.query<LoadedOAuthClient>(statement.with(values));
    return rows;
  }
}
