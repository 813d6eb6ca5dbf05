import { Injectable, Logger } from '@nestjs/common';
import pg from 'pg';
import { NOTE_USE } from '../../oauth-clients/model/secret-use.js';
import { isUuid } from '../../lib/uuid.js';
import { READ_STANDING, type ClientStanding } from './client-standing.js';
import { LastKnown } from './last-known.js';
import { refusal } from './refusal.js';

/** Where clients stand, as of the last 5 s; while the database is out of reach, as last known. */
@Injectable()
export class ClientStandings {
  private readonly logger = new Logger('Hooks');
  private readonly lastKnown = new LastKnown((clientId) => this.read(clientId));
  private readonly noted = new WeakSet<ClientStanding>();
  private isReachable = true;

  constructor(private readonly pool: pg.Pool) {}

  /** Null for a client that was never of this registry. Refuses within a second where that cannot be told. */
  async of(clientId: string): Promise<ClientStanding | null> {
    if (!isUuid(clientId)) return null;
    return this.lastKnown.get(clientId).catch((cause: unknown) => {
      throw refusal('the client cannot be checked at the moment', cause);
    });
  }

  /** The client has just been changed: the next hook goes by what it is now, or by its end if that cannot be read. */
  expire(clientId: string, { hasEnded }: { readonly hasEnded: boolean }): void {
    this.lastKnown.expire(clientId, (known) => (hasEnded ? { ...known, is_active: false } : known));
  }

  /** Once a minute is enough. Nothing waits for it, and its failure fails nothing. */
  noteUse(standing: ClientStanding): void {
    if (standing.secret_to_note === null || this.noted.has(standing)) return;
    this.noted.add(standing);
    this.pool.query(NOTE_USE.with({ id: standing.secret_to_note })).catch((error: unknown) => {
      this.logger.debug(`The use of a secret is not noted: ${String(error)}`);
    });
  }

  private async read(clientId: string): Promise<ClientStanding | null> {
    try {
      const { rows } = await this.pool.query<ClientStanding>(READ_STANDING.with({ client_id: clientId }));
      this.report(true, 'Hooks read clients from the database again.');
      return rows[0] ?? null;
    } catch (error) {
      this.report(false, `Hooks cannot read clients, and answer as last known: ${String(error)}`);
      throw error;
    }
  }

  /** One line for an outage, and one for its end. */
  private report(isReachable: boolean, line: string): void {
    if (this.isReachable === isReachable) return;
    this.isReachable = isReachable;
    this.logger.warn(line);
  }
}
