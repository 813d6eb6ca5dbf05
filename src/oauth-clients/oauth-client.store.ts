import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { v4, v7 } from 'uuid';
import type { Access } from '../access/access.js';
import { originOf } from '../audit/audit-log.js';
import type { Caller } from '../auth/caller.js';
import { AuthorizationServer } from '../authorization-server/authorization-server.js';
import type { IdempotentCall } from '../idempotency/idempotent-call.js';
import { ReplaySeal } from '../idempotency/replay-seal.js';
import type { Change, ChangedSecret, ClientWithSecret, ClientWrites, SecretChange } from './client-writes.js';
import type { NewSecret } from './model/client-secret.js';
import type { ChangedClient } from './model/leased-client.js';
import { settingsOf } from './model/client-settings.js';
import type { ServerMode } from './model/oauth-client.vocabulary.js';
import { secretsAfter, type ObservedClient } from './model/live-secrets.js';
import type { LoadedOAuthClient } from './model/oauth-client.entity.js';
import type { KeptAnswer } from './writes/kept-answer.js';
import {
  changeClient,
  deleteClients,
  insertClient,
  type StoredSecret,
  type WriteContext,
} from './writes/oauth-client.writes.js';
import { changeSecret } from './writes/secret.writes.js';

/** Writes clients of one tenant. After a write it waits a moment for the authorization server. */
@Injectable()
export class OAuthClientStore implements ClientWrites<ClientWithSecret> {
  constructor(
    private readonly pool: pg.Pool,
    private readonly authorizationServer: AuthorizationServer,
    private readonly replaySeal: ReplaySeal,
  ) {}

  async create(
    { tenant: { organizationId, projectId }, request }: Access,
    { secret = null, call = null, ...change }: Change,
    maxClients: number,
  ): Promise<ClientWithSecret | null> {
    const clientId = v4();
    const { gateKey } = this.authorizationServer;
    const live_secrets = liveSecretsAfter(null, { ...change, secret });
    const insert = {
      ...change,
      id: v7(),
      client_id: clientId,
      organization_id: organizationId,
      project_id: projectId,
      gate_key: gateKey,
      secret: this.toStored(secret, clientId, gateKey === null ? 'direct' : 'gate'),
      max_clients: maxClients,
      kept: call && (await this.toKept(call, secret, live_secrets)),
    };
    const client = await this.bring(request, (context) => insertClient(this.pool, context, insert));
    return client && { client: { ...client, live_secrets }, secret };
  }

  async change(
    { tenant, request }: Access,
    stored: ObservedClient,
    { secret = null, call = null, ...change }: Change,
  ): Promise<ClientWithSecret | null> {
    const { id, client_id, revision, server_mode } = stored;
    const live_secrets = liveSecretsAfter(stored.live_secrets, { ...change, secret });
    const toStore = this.toStored(secret, client_id, server_mode);
    const next = {
      ...change,
      id,
      project_id: tenant.projectId,
      revision,
      secret: toStore,
      // The new secret is to be sent to a server that knows the client by an internal one.
      leaves_gate: server_mode === 'gate' && toStore !== null && toStore.sealed !== null,
      kept: call && (await this.toKept(call, secret, live_secrets)),
    };
    const write = async (context: WriteContext): Promise<ChangedClient | undefined> => {
      const changed = await changeClient(this.pool, context, next);
      return changed && { ...stored, ...settingsOf(change.settings), ...changed };
    };
    const client = await this.bring(request, write, { stored });
    return client && { client: { ...client, live_secrets }, secret };
  }

  async delete(
    { tenant, request }: Access,
    { id, revision }: ObservedClient,
  ): Promise<ClientWithSecret | null> {
    const deletion = { ids: [id], project_ids: [tenant.projectId], revision };
    const write = async (context: WriteContext): Promise<LoadedOAuthClient | undefined> =>
      (await deleteClients(this.pool, context, deletion))[0];
    const client = await this.bring(request, write, { isDeletion: true });
    return client && { client: { ...client, live_secrets: null }, secret: null };
  }

  async changeSecret(
    { tenant, request }: Access,
    stored: ObservedClient,
    secret: ChangedSecret,
    next: SecretChange,
  ): Promise<ClientWithSecret | null> {
    const { id, revision, live_secrets } = stored;
    const change = { ...next, id, project_id: tenant.projectId, revision, secret_id: secret.id };
    const write = (context: WriteContext) => changeSecret(this.pool, context, change);
    const client = await this.bring(request, write, { stored });
    return client && { client: { ...client, live_secrets }, secret: null };
  }

  nothing(_access: Access, present: ClientWithSecret): ClientWithSecret {
    return present;
  }

  /**
   * Makes a change of one client. Null when the write was of no effect.
   *
   * @param stored the client before it
   */
  private async bring(
    caller: Caller,
    write: (context: WriteContext) => Promise<ChangedClient | undefined>,
    { stored, isDeletion = false }: { stored?: LoadedOAuthClient; isDeletion?: boolean } = {},
  ): Promise<LoadedOAuthClient | null> {
    const { appliesOnCommit: applied, gateKey } = this.authorizationServer;
    // The lease with which a client comes to the token gate is taken by the sync, in its turn.
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

  private async toKept(
    { id, bodyHash }: IdempotentCall,
    secret: NewSecret | null,
    live_secrets: ObservedClient['live_secrets'],
  ): Promise<KeptAnswer> {
    const owner = secret && { callId: id, secretId: secret.id };
    const replay_sealed = owner && (await this.replaySeal.seal(secret.secret, owner));
    return { call_id: id, body_hash: bodyHash, live_secrets, replay_sealed };
  }
}

const liveSecretsAfter = (
  before: ObservedClient['live_secrets'],
  { settings, ...change }: Pick<Change, 'settings' | 'overlap_seconds' | 'secret'>,
): ObservedClient['live_secrets'] =>
  settings.token_endpoint_auth_method === 'none' ? null : secretsAfter(before, change);
