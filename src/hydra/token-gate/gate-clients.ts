import { Injectable, Logger } from '@nestjs/common';
import pg from 'pg';
import { BoundedMap } from '../../lib/bounded-map.js';
import { orphansAmong } from '../standings/orphans.js';
import { readGateClients, type GateClient } from './gate-client.js';
import { unavailable } from './oauth-refusal.js';

/** How many clients are remembered, and again how many ids that no client here has. A kilobyte each at the most. */
const MAX_KNOWN = 20_000;
/** Milliseconds for which a row serves while the database is out of reach. */
const SERVES_MS = 60_000;

/** `orphan`: Hydra has it with the mark of this registry, which has lost it. `stranger`: not of this registry. */
export type Named = GateClient | 'orphan' | 'stranger';

interface Known {
  readonly named: Named;
  readonly readAt: number;
}

/**
 * Clients as the database has them now, for each request anew: what has ended ends with the next one, at every process. Only
 * while the database cannot be read do rows serve that were read in the last minute, but for those of clients whose change this
 * process has acknowledged since.
 */
@Injectable()
export class GateClients {
  private readonly logger = new Logger('TokenGate');
  private readonly ours = new BoundedMap<Known>(MAX_KNOWN);
  /** Apart, so that made-up ids do not push out real ones. */
  private readonly others = new BoundedMap<Known>(MAX_KNOWN);
  /** Counts changes: a read that began before one has perhaps not seen it. */
  private changes = 0;
  private readonly changed = new BoundedMap<number>(MAX_KNOWN);
  private allChanged = 0;
  private isReachable = true;

  constructor(private readonly pool: pg.Pool) {}

  /**
   * What each of these ids names, in their order.
   *
   * @throws OAuthRefusal 503 where that cannot be told
   */
  async find(clientIds: readonly string[]): Promise<Named[]> {
    try {
      const named = await this.read(clientIds);
      this.report(true, 'The token gate reads clients from the database again.');
      return named;
    } catch (error) {
      this.report(false, `The token gate cannot read clients, and serves as last known: ${String(error)}`);
      return clientIds.map((id) => this.lastKnown(id));
    }
  }

  /** The client has just been changed: what was read of it before counts no longer. */
  expire(clientId: string): void {
    this.changed.set(clientId, ++this.changes);
    this.ours.delete(clientId);
  }

  /** Many clients have just been changed. */
  expireAll(): void {
    this.allChanged = ++this.changes;
    for (const known of this.ours.values()) this.ours.delete(idOf(known.named));
  }

  private async read(clientIds: readonly string[]): Promise<Named[]> {
    const readAt = performance.now();
    const { changes } = this;
    const rows = await readGateClients(this.pool, { client_ids: clientIds });
    const found = new Map<string, Named>(rows.map((row) => [row.client_id, { ...row, readAt }]));
    const missing = clientIds.filter((id) => !found.has(id));
    const orphans = missing.length > 0 ? await orphansAmong(this.pool, missing) : [];
    for (const id of orphans) found.set(id, 'orphan');
    return clientIds.map((id) => this.keep(id, found.get(id) ?? 'stranger', { readAt, changes }));
  }

  private keep(id: string, named: Named, { readAt, changes }: { readAt: number; changes: number }): Named {
    const isCurrent = Math.max(this.changed.get(id) ?? 0, this.allChanged) <= changes;
    if (isCurrent) (typeof named === 'string' ? this.others : this.ours).set(id, { named, readAt });
    return named;
  }

  private lastKnown(id: string): Named {
    const known = this.ours.get(id) ?? this.others.get(id);
    if (known && performance.now() < known.readAt + SERVES_MS) return known.named;
    throw unavailable('The client cannot be checked at the moment.');
  }

  /** One line for an outage, and one for its end. */
  private report(isReachable: boolean, line: string): void {
    if (this.isReachable === isReachable) return;
    this.isReachable = isReachable;
    this.logger.warn(line);
  }
}

const idOf = (named: Named): string => (typeof named === 'string' ? '' : named.client_id);
