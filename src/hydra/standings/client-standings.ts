import { Injectable, Logger } from '@nestjs/common';
import pg from 'pg';
import { isUuid } from '../../lib/uuid.js';
import { ORPHAN, READ_STANDING, type ClientStanding, type StandingRow } from './client-standing.js';
import { isOrphan } from './orphans.js';
import { LastKnown } from './last-known.js';
import { refusal } from './refusal.js';

/** Where clients stand, as of the last 5 s; while the database is out of reach, as last known. */
@Injectable()
export class ClientStandings {
  private readonly logger = new Logger('Hooks');
  private readonly lastKnown = new LastKnown((clientId) => this.read(clientId));
  private isReachable = true;

  constructor(private readonly pool: pg.Pool) {}

  /** Null for a client that was never of this registry, as far as is known. Refuses within a second where that cannot be told. */
  async of(clientId: string): Promise<ClientStanding | null> {
    if (!isUuid(clientId)) return null;
    return this.lastKnown.get(clientId).catch((cause: unknown) => {
      throw refusal('the client cannot be checked at the moment', cause);
    });
  }

  /** As the database says now. For who would be refused by what was last known, and may have been given a new secret since. */
  renewed(clientId: string): Promise<ClientStanding | null> {
    this.lastKnown.expire(clientId, (known) => known);
    return this.of(clientId);
  }

  /** The client has just been changed: the next hook goes by what it is now, or by its end if that cannot be read. */
  expire(clientId: string, { hasEnded }: { readonly hasEnded: boolean }): void {
    this.lastKnown.expire(clientId, (known) => (hasEnded ? { ...known, is_active: false } : known));
  }

  /** Many clients have just been changed. */
  expireAll(): void {
    this.lastKnown.expireAll();
  }

  private async read(clientId: string): Promise<ClientStanding | null> {
    try {
      const askedAt = performance.now();
      const registered = await READ_STANDING.row(this.pool, { client_id: clientId });
      const unregistered = async () => ((await isOrphan(this.pool, clientId)) ? ORPHAN : null);
      const standing = registered ? standingOf(registered, askedAt) : await unregistered();
      this.report(true, 'Hooks read clients from the database again.');
      return standing;
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

function standingOf({ secret_seconds_left: left, ...row }: StandingRow, askedAt: number): ClientStanding {
  return { ...row, secret_good_until: left === null ? Infinity : askedAt + left * 1000 };
}
