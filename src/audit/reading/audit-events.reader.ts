import { Injectable } from '@nestjs/common';
import pg from 'pg';
import type { Values } from '../../database/prepared-statement.js';
import { isUuid } from '../../lib/uuid.js';
import {
  afterId,
  BEFORE_ALL_IDS,
  FIRST_PAGE,
  idBytes,
  idFrom,
  openCursor,
  sealPosition,
} from '../../pagination/cursor.js';
import type { Page } from '../../pagination/page.js';
import { limitOf } from '../../pagination/page.query.js';
import { Problem } from '../../problem-details/problem.js';
import type { AuditEventsQuery } from './audit-events.query.js';
import { EVENTS, HORIZON, type FoundEvent, type Order, type Owner } from './audit-events.statements.js';

/** Whose events are read. Null stands for all of a kind. */
export interface Owned {
  readonly owner: Owner;
  readonly organization_id: string;
  readonly project_id: string | null;
  readonly oauth_client_id: string | null;
}

interface Position {
  readonly created: Date;
  readonly id: string;
}

const FIRST: Readonly<Record<Order, Position>> = {
  asc: { created: new Date(0), id: BEFORE_ALL_IDS },
  desc: { created: new Date('9999-12-31'), id: FIRST_PAGE },
};

/** Reads what happened, page by page. */
@Injectable()
export class AuditEventsReader {
  constructor(private readonly pool: pg.Pool) {}

  /**
   * One page of events, in the order that the query asks for.
   *
   * @throws Problem 400 for a cursor of another list, and for a period that ends before it begins
   */
  async read(owned: Owned, query: AuditEventsQuery): Promise<Page<FoundEvent>> {
    const { order = 'desc' } = query;
    const list = nameOfList(owned, query);
    const after = query.cursor === undefined ? FIRST[order] : positionFrom(openCursor(list, query.cursor));
    const period = await this.periodOf(query, order);
    const limit = limitOf(query);
    const found = await this.find(owned, query, { ...period, ...after, limit: limit + 1 });
    const data = found.filter(({ id }) => id !== null).slice(0, limit);
    const next = nextOf(found, data, limit) ?? (order === 'asc' ? (data.at(-1) ?? after) : null);
    return { data, nextCursor: next && sealPosition(list, bytesOf(next)) };
  }

  private find(owned: Owned, { order = 'desc', action, actor }: AuditEventsQuery, values: Values) {
    const { read, search } = EVENTS[owned.owner][order];
    if (action === undefined && actor === undefined) return read.rows(this.pool, { ...owned, ...values });
    return search.rows(this.pool, { ...owned, ...values, action, actor });
  }

  /** A feed (`order=asc`) reads up to the horizon only, since events after it may still appear. */
  private async periodOf({ since, until }: AuditEventsQuery, order: Order): Promise<Values> {
    const start = since === undefined ? FIRST.asc.created : new Date(since);
    const end = until === undefined ? FIRST.desc.created : new Date(until);
    if (since !== undefined && until !== undefined && start > end) throw sinceAfterUntil();
    const horizon = order === 'asc' ? (await HORIZON.row(this.pool, {}))?.horizon : undefined;
    return { since: start, until: horizon !== undefined && horizon < end ? horizon : end };
  }
}

/** Where the next page begins: behind the last event of a full page, or where a search has stopped. */
function nextOf(
  found: readonly FoundEvent[],
  data: readonly FoundEvent[],
  limit: number,
): Position | undefined {
  if (found.length > limit) return data.at(-1);
  const { edge_created, edge_id } = found[0] ?? {};
  return edge_created && edge_id ? { created: edge_created, id: edge_id } : undefined;
}

/** The name that a cursor is sealed with: it serves for the same list with the same filters only. */
const nameOfList = (
  { owner, organization_id, project_id, oauth_client_id }: Owned,
  { order = 'desc', action, actor, since, until }: AuditEventsQuery,
): string =>
  JSON.stringify([
    ['audit-events', owner, organization_id, project_id, oauth_client_id],
    [order, action, actor, since, until],
  ]);

const TIME_BYTES = 8;

function bytesOf({ created, id }: Position): Buffer {
  const time = Buffer.alloc(TIME_BYTES);
  time.writeBigInt64BE(BigInt(created.getTime()));
  return Buffer.concat([idBytes(id), time]);
}

const positionFrom = (bytes: Buffer): Position => ({
  created: new Date(Number(afterId(bytes).readBigInt64BE())),
  id: idFrom(bytes),
});

const sinceAfterUntil = (): Problem =>
  new Problem('bad_request', 'The period ends before it begins: until must not be earlier than since.', {
    errors: [{ pointer: '/since', code: 'out_of_range', detail: 'Must not be later than until.' }],
  });

/** The id to look for, as a query has it: none is malformed, it only names nothing. */
export const idOrNone = (id: string): string => (isUuid(id) ? id : BEFORE_ALL_IDS);
