import { Injectable } from '@nestjs/common';
import pg from 'pg';
import type { Access } from '../access/access.js';
import { AuthorizationServer } from '../authorization-server/authorization-server.js';
import { columnsOf, selectList } from '../database/entity-columns.js';
import { PreparedStatement } from '../database/prepared-statement.js';
import type { IdempotentCall } from '../idempotency/idempotent-call.js';
import { IS_REPLAYABLE } from '../idempotency/idempotency-sweep.js';
import { ReplaySeal } from '../idempotency/replay-seal.js';
import { Problem } from '../problem-details/problem.js';
import type { ClientWithSecret } from './client-writes.js';
import type { NewSecret } from './model/client-secret.js';
import type { ObservedClient } from './model/live-secrets.js';
import { OAuthClient, type LoadedOAuthClient } from './model/oauth-client.entity.js';
import { IS_LIVE } from './model/secrets-of-client.js';
import { clientsPath } from './paths.js';
import { demandAdminIfPrivileged } from './privileged-clients.js';

interface AnswerRow extends ObservedClient {
  readonly call_body_hash: Buffer;
  readonly call_secret_id: string | null;
  readonly call_sealed: Buffer | null;
}

const COLUMNS = columnsOf<LoadedOAuthClient>(OAuthClient);

/** Whatever ends a secret also erases the copy of it that is kept here. Time alone does not, so it is looked at here. */
const FIND = new PreparedStatement<AnswerRow>(
  'idempotency_key_find',
  `select k.body_hash as call_body_hash, k.secret_id as call_secret_id, k.live_secrets,
     case when ${IS_REPLAYABLE} and exists (select from oauth_client_secrets s where s.id = k.secret_id and ${IS_LIVE})
       then k.sealed end as call_sealed, ${selectList(COLUMNS, 'c')}
   from idempotency_keys k, jsonb_populate_record(null::oauth_clients, k.answer) c
   where k.id = :call_id`,
  {
    ...COLUMNS,
    live_secrets: 'jsonb',
    call_body_hash: 'bytea',
    call_secret_id: 'uuid',
    call_sealed: 'bytea',
  },
);

/** Answers of calls that were made before with the same key. */
@Injectable()
export class Replays {
  constructor(
    private readonly pool: pg.Pool,
    private readonly seal: ReplaySeal,
    private readonly authorizationServer: AuthorizationServer,
  ) {}

  /**
   * The answer to the call, if it has been made already. Null without a key, and for a call that is new.
   *
   * @throws Problem 422 for the key of a call with another body, 409 once its secret can no longer be shown, 403 for a
   * privileged client where the caller is no admin
   */
  async find(access: Access, call: IdempotentCall | null): Promise<ClientWithSecret | null> {
    if (call === null) return null;
    const row = await FIND.row(this.pool, { call_id: call.id });
    if (!row) return null;
    if (!row.call_body_hash.equals(call.bodyHash)) {
      throw new Problem(
        'idempotency_key_reused',
        'This Idempotency-Key was sent before with another body. Send a new key with a new call.',
      );
    }
    const { call_body_hash: _hash, call_secret_id, call_sealed: _sealed, ...client } = row;
    demandAdminIfPrivileged(access, client);
    const secret = call_secret_id === null ? null : await this.open(access, call, { ...row, call_secret_id });
    // What the first call wrote may still be on its way to the authorization server.
    const brought = await this.authorizationServer.bring(() => Promise.resolve(client), false);
    return { client: { ...client, ...brought }, secret, isReplayed: true };
  }

  private async open(
    access: Access,
    { id: callId }: IdempotentCall,
    { id, call_secret_id: secretId, call_sealed }: AnswerRow & { readonly call_secret_id: string },
  ): Promise<Pick<NewSecret, 'id' | 'secret'>> {
    const secret = call_sealed && (await this.seal.open(call_sealed, { callId, secretId }));
    if (secret !== null) return { id: secretId, secret };
    throw new Problem(
      'idempotent_secret_expired',
      'This call was made before and did what was asked. Its secret can no longer be shown: make a new one if nobody has it.',
      { headers: { location: clientsPath(access, id) } },
    );
  }
}
