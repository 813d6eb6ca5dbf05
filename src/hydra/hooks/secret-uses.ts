import { Injectable, Logger } from '@nestjs/common';
import pg from 'pg';
import { noteRefusal, noteUse } from '../../oauth-clients/writes/secret-use.writes.js';
import type { ClientStanding } from '../standings/client-standing.js';

/** Notes when secrets are used. Nothing waits for it, and its failure fails nothing. */
@Injectable()
export class SecretUses {
  private readonly logger = new Logger('Hooks');
  private readonly noted = new WeakSet<ClientStanding>();

  constructor(private readonly pool: pg.Pool) {}

  /**
   * Notes a use once for each standing that was read. The hooks of the next seconds go by the same one, which is
   * remembered.
   */
  note(standing: ClientStanding): void {
    if (standing.secret_to_note === null || this.noted.has(standing)) return;
    this.noted.add(standing);
    this.report(noteUse(this.pool, standing.secret_to_note));
  }

  /** The client was refused because its secret has ended. */
  noteRefusal(clientId: string, { is_refusal_due }: ClientStanding): void {
    if (is_refusal_due) this.report(noteRefusal(this.pool, clientId));
  }

  private report(note: Promise<void>): void {
    note.catch((error: unknown) => this.logger.debug(`The use of a secret is not noted: ${String(error)}`));
  }
}
