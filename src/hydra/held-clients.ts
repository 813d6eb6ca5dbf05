import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { v7 } from 'uuid';
import type { ActorRecord } from '../audit/actor-record.js';
import { columnsOf, selectList } from '../database/entity-columns.js';
import { PreparedStatement } from '../database/prepared-statement.js';
import { OAuthClient, type LoadedOAuthClient } from '../oauth-clients/model/oauth-client.entity.js';
import { IS_HELD } from '../oauth-clients/model/sync-state.js';
import { changeClient } from '../oauth-clients/writes/oauth-client.writes.js';

const COLUMNS = columnsOf<LoadedOAuthClient>(OAuthClient);

const HELD = new PreparedStatement(
  'held_clients',
  `select ${selectList(COLUMNS, 'c')} from oauth_clients c
   where ${IS_HELD} and c.deleted_at is null and c.id > :after
   order by c.id limit 500`,
  COLUMNS,
);

const FIRST_ID = '00000000-0000-0000-0000-000000000000';

const ACTOR: ActorRecord = {
  issuer: 'urn:oauth-client-registry:command',
  subject: 'sync:check',
  client_id: null,
};

/** Clients that get no tokens, because Hydra has a later state of them than this registry, which was restored. */
@Injectable()
export class HeldClients {
  /** The `request_id` of the audit events. */
  readonly runId = randomUUID();

  constructor(private readonly pool: pg.Pool) {}

  /**
   * Accepts what the registry has of each held client, so that the service brings Hydra to it, and yields the client. A
   * client that changes meanwhile is left for another run.
   */
  async *accept(): AsyncGenerator<LoadedOAuthClient, void> {
    for (let after: string | undefined = FIRST_ID; after !== undefined;) {
      const held: LoadedOAuthClient[] = await HELD.rows(this.pool, { after });
      for (const client of held) if (await this.acceptOne(client)) yield client;
      after = held.at(-1)?.id;
    }
  }

  /** The secret that Hydra has counts from now on as one that the registry has not seen, as that of an imported client. */
  private async acceptOne(client: LoadedOAuthClient): Promise<boolean> {
    const { id, project_id, revision } = client;
    // At the token gate the secrets are the registry's own, and stay.
    const isKept = client.token_endpoint_auth_method === 'none' || client.server_mode === 'gate';
    const context = { actor: ACTOR, requestId: this.runId, applied: false };
    const accepted = await changeClient(this.pool, context, {
      id,
      project_id,
      revision,
      settings: client,
      action: 'oauth_client.restore_accepted',
      changes: {},
      overlap_seconds: isKept ? null : 0,
      secret: isKept ? null : { id: v7(), hash: null, last_four: null, sealed: null },
      accepts: true,
    });
    return accepted !== undefined;
  }
}
