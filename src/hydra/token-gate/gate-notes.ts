import { Injectable, Logger } from '@nestjs/common';
import pg from 'pg';
import { InternalSecrets } from '../admin-api/internal-secrets.js';
import { LossSigns } from '../admin-api/loss-signs.js';
import { tellAnew } from '../../oauth-clients/writes/sync.statements.js';
import { keepSeenSecret, noteRefusal, noteUse } from '../../oauth-clients/writes/secret-use.writes.js';
import type { GateClient, GateSecret } from './gate-client.js';
import { SlowHash } from './slow-hash.js';

/** Characters from which on the last four give nothing of a secret away. */
const LONG = 20;

/** What the gate writes down of secrets. No request waits for it, and its failure fails none. */
@Injectable()
export class GateNotes {
  private readonly logger = new Logger('TokenGate');
  /** What is being written: a thousand requests at once are one note. */
  private readonly underWay = new Set<string>();

  constructor(
    private readonly pool: pg.Pool,
    private readonly slowHash: SlowHash,
    private readonly internal: InternalSecrets,
    private readonly losses: LossSigns,
  ) {}

  used({ id, is_use_due }: GateSecret): void {
    if (is_use_due) this.once(`used ${id}`, () => noteUse(this.pool, id));
  }

  refused({ client_id, is_refusal_due }: GateClient): void {
    if (is_refusal_due) this.once(`refused ${client_id}`, () => noteRefusal(this.pool, client_id));
  }

  /** Hydra has taken an imported secret for right. From now on it is known here too, and the client comes to the gate. */
  seen({ id }: GateSecret, secret: string): void {
    if (this.internal.gateKey === null) return;
    this.once(`seen ${id}`, async () => {
      const scrypt = await this.slowHash.hash(secret, id);
      const last_four = secret.length >= LONG ? secret.slice(-4) : null;
      await keepSeenSecret(this.pool, { id, scrypt, last_four });
    });
  }

  /** Hydra knows the client by no credential that it should have. The client is told anew, if that was not done just now. */
  lost({ client_id }: GateClient): void {
    this.losses.note();
    this.once(`lost ${client_id}`, async () => {
      if ((await tellAnew(this.pool, client_id)) === 0) return;
      this.logger.warn(`Hydra does not know client ${client_id} as it should, and is told of it anew.`);
    });
  }

  private once(key: string, write: () => Promise<void>): void {
    if (this.underWay.has(key)) return;
    this.underWay.add(key);
    write()
      .catch((error: unknown) => this.logger.debug(`Something of a secret is not noted: ${String(error)}`))
      .finally(() => this.underWay.delete(key));
  }
}
