import { Injectable, Logger } from '@nestjs/common';
import pg from 'pg';
import { isClientId } from '../../lib/client-id.js';
import { ORPHAN, READ_STANDING, type ClientStanding, type StandingRow } from './client-standing.js';
import { StaleWhileRevalidateCache } from './stale-while-revalidate-cache.js';
import { isOrphan } from './orphans.js';
import { refusal } from './refusal.js';
import { spellingOf, type Spelling } from './spelling.js';

/** Whether clients may get tokens, as of the last 5 s; while the database is out of reach, as last known. */
@Injectable()
export class ClientStandings {
  private readonly logger = new Logger('Hooks');
  private readonly lastKnown = new StaleWhileRevalidateCache((clientId) => this.read(clientId));
  private readonly spellings = new StaleWhileRevalidateCache<Spelling>((folded) =>
    this.reading(spellingOf(this.pool, folded)),
  );
  private isReachable = true;

  constructor(private readonly pool: pg.Pool) {}

  /**
   * Null for a client that was never of this registry, as far as is known.
   *
   * @throws (rejects with) Problem 403 (a refusal) within a second where that cannot be told
   */
  async of(clientId: string): Promise<ClientStanding | null> {
    if (!mayBeInHydra(clientId)) return null;
    return this.lastKnown.get(clientId).catch(cannotBeChecked);
  }

  /** As `of`, for an id that a browser sends: a Hydra on MySQL finds a client by its id in any case. */
  async ofAnyCase(clientId: string): Promise<ClientStanding | null> {
    const standing = await this.of(clientId);
    if (standing || !isClientId(clientId)) return standing;
    const spelling = await this.spellings.get(clientId.toLowerCase()).catch(cannotBeChecked);
    return spelling && this.of(spelling.client_id);
  }

  /**
   * As the database says now: for a client that would be refused by what was last known, and may have been given a new
   * secret since.
   */
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
    const askedAt = performance.now();
    const registered = await this.reading(READ_STANDING.row(this.pool, { client_id: clientId }));
    if (registered) return standingOf(registered, askedAt);
    return (await this.reading(isOrphan(this.pool, clientId))) ? ORPHAN : null;
  }

  private async reading<Found>(query: Promise<Found>): Promise<Found> {
    try {
      const found = await query;
      this.report(true, 'Hooks read clients from the database again.');
      return found;
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

/** Hydra keeps ids of up to 255 characters of any kind, and PostgreSQL no NUL. */
const mayBeInHydra = (clientId: string): boolean =>
  clientId.length <= 2 * 255 && clientId.isWellFormed() && !clientId.includes('\0');

function cannotBeChecked(cause: unknown): never {
  throw refusal('the client cannot be checked at the moment: try again later', cause);
}

function standingOf({ secret_seconds_left: left, ...row }: StandingRow, askedAt: number): ClientStanding {
  return { ...row, secret_good_until: left === null ? Infinity : askedAt + left * 1000 };
}
