import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { PreparedStatement, type ColumnsOf } from '../../database/prepared-statement.js';
import {
  IS_AT_REST,
  SEEN_COLUMNS,
  SEEN_LIST,
  WAS_SETTLED,
  type SeenClient,
} from '../../oauth-clients/model/sync-state.js';
import { MARK_DRIFTED, NOTE_SEEN } from '../../oauth-clients/writes/sync.statements.js';
import type { SyncProblem } from '../../oauth-clients/model/oauth-client.vocabulary.js';
import {
  REGISTRATION_COLUMNS,
  REGISTRATION_JOIN,
  REGISTRATION_LIST,
  type Registration,
  type Unmanaged,
} from '../../oauth-clients/model/registration.js';

/** What Hydra says of its client, which is as it should be. */
export interface SeenInHydra extends SeenClient {
  readonly client: ComparedClient;
  /** What the registry does not manage of it. */
  readonly unmanaged: Unmanaged;
}

/** A client of the registry, and whether Hydra must have been exactly like it at the moment in question. */
export interface ComparedClient extends Registration {
  /** What Hydra last said of its client; null while that is not known. */
  readonly server_created_at: Date | null;
  readonly server_updated_at: Date | null;
  readonly is_settled: boolean;
  readonly sync_problem: SyncProblem | null;
}

const LIST = `${REGISTRATION_LIST}, ${SEEN_LIST}, c.sync_problem, coalesce(${WAS_SETTLED}, false) as is_settled`;

const COLUMNS: ColumnsOf<ComparedClient> = {
  ...REGISTRATION_COLUMNS,
  ...SEEN_COLUMNS,
  sync_problem: 'jsonb',
  is_settled: 'bool',
};

/** When a client was settled is rounded to the millisecond, so the moment lies a little before the present one. */
const NOW = new PreparedStatement<{ moment: Date }>(
  'drift_now',
  `select now() - interval '10 ms' as moment`,
  { moment: 'timestamptz' },
);

const FIND = new PreparedStatement(
  'drift_find',
  `select ${LIST} from oauth_clients c ${REGISTRATION_JOIN} where c.client_id = any(:client_ids::text[])`,
  COLUMNS,
);

/** Deleted clients are listed as long as Hydra may still have them. */
const EXPECTED = new PreparedStatement(
  'drift_expected',
  `select ${LIST} from oauth_clients c ${REGISTRATION_JOIN}
   where c.id > :after and (c.deleted_at is null or not (${IS_AT_REST}))
   order by c.id limit :limit`,
  COLUMNS,
);

const SCOPES = new PreparedStatement<{ scope: string }>(
  'drift_scopes',
  `select distinct unnest(c.scopes) as scope from oauth_clients c where c.deleted_at is null`,
  { scope: 'text' },
);

const WITH_SCOPES = new PreparedStatement<{ client_id: string }>(
  'drift_with_scopes',
  `select c.client_id from oauth_clients c where c.deleted_at is null and c.scopes && :scopes::text[] order by c.id`,
  { client_id: 'text' },
);

/**
 * Reads clients from a random id on, and then from the beginning: most ids are random, and an index has them in this
 * order.
 */
const SAMPLE = new PreparedStatement<{ client_id: string }>(
  'drift_sample',
  `(${sampleFrom('c.client_id > :start')}) union all (${sampleFrom('c.client_id <= :start')}) limit :count`,
  { client_id: 'text' },
);

function sampleFrom(condition: string): string {
  return `select c.client_id from oauth_clients c
    where ${condition} and c.deleted_at is null and ${IS_AT_REST} order by c.client_id limit :count`;
}

const LAST_CHANGES = 8;

/**
 * The clients that were changed last. Where Hydra was put back to an earlier state, they are the first that it has another
 * state of.
 */
const CHANGED_LAST = new PreparedStatement<{ client_id: string }>(
  'drift_changed_last',
  `select distinct c.client_id
   from (select e.oauth_client_id as id from audit_events e
     where e.oauth_client_id is not null order by e.id desc limit ${LAST_CHANGES}) last
   join oauth_clients c on c.id = last.id
   where c.deleted_at is null and ${IS_AT_REST}`,
  { client_id: 'text' },
);

const FIRST_ID = '00000000-0000-0000-0000-000000000000';
const PAGE_SIZE = 1_000;

/** The registry's side of a drift report. */
@Injectable()
export class ComparedClients {
  constructor(private readonly pool: pg.Pool) {}

  /** A moment on the database's clock, for the other methods: what was settled by then, Hydra has had since then. */
  async now(): Promise<Date> {
    const now = await NOW.row(this.pool, {});
    if (!now) throw new Error('the database has no clock');
    return now.moment;
  }

  /** The clients with these ids, deleted ones included. */
  find(clientIds: readonly string[], moment: Date): Promise<ComparedClient[]> {
    return FIND.rows(this.pool, { client_ids: clientIds, moment });
  }

  /** Every client that Hydra is to have, and the deleted ones that are not settled, page by page. */
  async *expected(moment: Date): AsyncGenerator<ComparedClient[]> {
    for (let after: string | undefined = FIRST_ID; after !== undefined;) {
      const rows: ComparedClient[] = await EXPECTED.rows(this.pool, { after, moment, limit: PAGE_SIZE });
      if (rows.length > 0) yield rows;
      after = rows.at(-1)?.id;
    }
  }

  /** The `client_id`s of clients that Hydra is known to have: so many at random, and those of the last changes. */
  async sample(count: number): Promise<string[]> {
    const random = await SAMPLE.rows(this.pool, { start: randomUUID(), count });
    const last = await CHANGED_LAST.rows(this.pool, {});
    return [...new Set([...random, ...last].map(({ client_id }) => client_id))];
  }

  /** The `client_id`s of those that hold a scope which can no longer be given to clients. */
  async withWithdrawnScopes(mayAssign: (scope: string) => boolean): Promise<string[]> {
    const held = await SCOPES.rows(this.pool, {});
    const scopes = held.map(({ scope }) => scope).filter((scope) => !mayAssign(scope));
    if (scopes.length === 0) return [];
    const clients = await WITH_SCOPES.rows(this.pool, { scopes });
    return clients.map(({ client_id }) => client_id);
  }

  /** Has the clients brought to Hydra again, unless something has happened to them since. @returns how many */
  markUnsynced(clients: readonly ComparedClient[], moment: Date): Promise<number> {
    const ids = clients.map(({ id }) => id);
    const revisions = clients.map(({ revision }) => revision);
    return MARK_DRIFTED.count(this.pool, { ids, revisions, moment });
  }

  /** Keeps what Hydra says of these clients, unless something has happened to them since. @returns of how many */
  noteSeen(seen: readonly SeenInHydra[], moment: Date): Promise<number> {
    const rows = seen.map(({ client: { id, revision }, ...said }) => ({ id, revision, ...said }));
    return NOTE_SEEN.count(this.pool, { seen: JSON.stringify(rows), moment });
  }
}
