import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { v4, v7 } from 'uuid';
import type { AuditAction, AuditChanges } from '../audit/audit-event.entity.js';
import { originOf } from '../audit/audit-log.js';
import type { Caller } from '../auth/caller.js';
import { AuthorizationServer } from '../authorization-server/authorization-server.js';
import type { Tenant } from '../tenants/tenant.js';
import type { NewSecret } from './model/client-secret.js';
import type { ChangedClient } from './model/claim.js';
import { settingsOf } from './model/client-settings.js';
import type { ClientSettings } from './model/members.js';
import type { ServerMode } from './model/oauth-client.vocabulary.js';
import type { LoadedOAuthClient } from './model/oauth-client.entity.js';
import {
  changeClient,
  deleteClients,
  insertClient,
  type StoredSecret,
  type WriteContext,
} from './writes/oauth-client.writes.js';

/** The next state of a client, and what comes with it. */
export interface Change {
  readonly action: AuditAction;
  readonly changes: AuditChanges;
  readonly settings: ClientSettings;
  /** Seconds for which the secrets so far work on at the most; 0 ends them. Null leaves them as they are. */
  readonly overlap_seconds?: number | null;
  readonly secret?: NewSecret | null;
  /** Whether all that the client was issued so far ends. */
  readonly end_tokens?: boolean;
}

/** A client, and the secret that this very call made. */
export interface ClientWithSecret {
  readonly client: LoadedOAuthClient;
  readonly secret: NewSecret | null;
}

/** Writes clients of one tenant. After a write it waits a moment for the authorization server. */
@Injectable()
export class OAuthClientStore {
  constructor(
    private readonly pool: pg.Pool,
    private readonly authorizationServer: AuthorizationServer,
  ) {}

  /** Null when the project is gone, or has as many clients as it may have. */
  async create(
    { organizationId, projectId }: Tenant,
    caller: Caller,
    { secret = null, ...change }: Change,
    maxClients: number,
  ): Promise<ClientWithSecret | null> {
    const clientId = v4();
    const { gateKey } = this.authorizationServer;
    const insert = {
      ...change,
      id: v7(),
      client_id: clientId,
      organization_id: organizationId,
      project_id: projectId,
      gate_key: gateKey,
      secret: this.toStored(secret, clientId, gateKey === null ? 'direct' : 'gate'),
      max_clients: maxClients,
    };
    const client = await this.bring(caller, (context) => insertClient(this.pool, context, insert));
    return client && { client, secret };
  }

  /** Null when the client is no longer at the revision that was read: another write was first. */
  async change(
    { projectId }: Tenant,
    caller: Caller,
    stored: LoadedOAuthClient,
    { secret = null, ...change }: Change,
  ): Promise<ClientWithSecret | null> {
    const { id, client_id, revision, server_mode } = stored;
    const kept = this.toStored(secret, client_id, server_mode);
    const next = {
      ...change,
      id,
      project_id: projectId,
      revision,
      secret: kept,
      // It is to be sent, although the server knows the client by an internal one.
      leaves_gate: server_mode === 'gate' && kept !== null && kept.sealed !== null,
    };
    const write = async (context: WriteContext): Promise<ChangedClient | undefined> => {
      const changed = await changeClient(this.pool, context, next);
      return changed && { ...stored, ...settingsOf(change.settings), ...changed };
    };
    const client = await this.bring(caller, write, { stored });
    return client && { client, secret };
  }

  /** Null when the client is no longer at the revision that was read. */
  async delete(
    { projectId }: Tenant,
    caller: Caller,
    { id, revision }: LoadedOAuthClient,
  ): Promise<LoadedOAuthClient | null> {
    const deletion = { ids: [id], project_ids: [projectId], revision };
    const write = async (context: WriteContext): Promise<LoadedOAuthClient | undefined> =>
      (await deleteClients(this.pool, context, deletion))[0];
    return this.bring(caller, write, { isDeletion: true });
  }

  /**
   * Makes a change of one client. Null when the write was of no effect.
   *
   * @param stored the client before it
   */
  async bring(
    caller: Caller,
    write: (context: WriteContext) => Promise<ChangedClient | undefined>,
    { stored, isDeletion = false }: { stored?: LoadedOAuthClient; isDeletion?: boolean } = {},
  ): Promise<LoadedOAuthClient | null> {
    const { appliesOnCommit: applied, gateKey } = this.authorizationServer;
    // The lease by which a client comes to the token gate is taken in its turn.
    const comesToGate = gateKey !== null && stored?.server_mode === 'direct';
    const context = { ...originOf(caller), applied };
    const written = await this.authorizationServer.bring(
      (leaseToken) => write({ ...context, leaseToken: comesToGate ? null : leaseToken }),
      isDeletion,
    );
    return written ?? null;
  }

  private toStored(secret: NewSecret | null, clientId: string, mode: ServerMode): StoredSecret | null {
    if (secret === null) return null;
    const sealed = this.authorizationServer.seal(secret.secret, { clientId, secretId: secret.id }, mode);
    return { ...secret, sealed };
  }
}
