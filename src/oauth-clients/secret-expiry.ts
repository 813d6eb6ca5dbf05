import { Injectable } from '@nestjs/common';
import pg from 'pg';
import type { ActorRecord } from '../audit/actor-record.js';
import { AuthorizationServer } from '../authorization-server/authorization-server.js';
import { Cleanup } from '../database/cleanup.js';
import { expireSecrets } from './writes/secret.writes.js';

/** Milliseconds. An expired secret is refused without this, which is for the audit log, and for Hydra, which has it still. */
const EVERY_MS = 5_000;

/** The actor of the audit events: nobody ends the secret, it has expired. */
const CLOCK: ActorRecord = {
  issuer: 'urn:oauth-client-registry:clock',
  subject: 'secret-expiry',
  client_id: null,
};

/** Writes down that secrets have expired (`expireSecrets`). */
@Injectable()
export class SecretExpiry extends Cleanup {
  constructor(
    private readonly pool: pg.Pool,
    private readonly authorizationServer: AuthorizationServer,
  ) {
    super(EVERY_MS);
  }

  protected removeBatch(): Promise<number> {
    const applied = this.authorizationServer.appliesOnCommit;
    return expireSecrets(this.pool, { actor: CLOCK, requestId: CLOCK.subject, applied });
  }
}
