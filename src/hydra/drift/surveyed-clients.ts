import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { PreparedStatement } from '../../database/prepared.js';
import type { SyncProblem } from '../../oauth-clients/model/oauth-client.vocabulary.js';
import { REGISTRATION_COLUMNS, REGISTRATION_JOIN, type Registration } from '../admin-api/registration.js';

/** A client of the registry, and whether Hydra must have been exactly like it at the moment in question. */
export interface SurveyedClient extends Registration {
  readonly is_settled: boolean;
  readonly sync_problem: SyncProblem | null;
}

/** Nothing is on its way to Hydra, and nothing can be that was sent before. */
const IS_AT_REST = 'c.synced_revision = c.revision and c.lease_token is null and c.sync_verify_at is null';
const WAS_SETTLED = `(${IS_AT_REST} and c.synced_at < :moment)`;

const COLUMNS = `${REGISTRATION_COLUMNS}, c.sync_problem as sync_problem`;

/** `synced_at` is rounded to the millisecond, so the moment lies a little before the present one. */
const NOW = `select now() - interval '10 ms' as moment`;

const FIND = new PreparedStatement(
  'survey_find',
  `select ${COLUMNS}, coalesce(${WAS_SETTLED}, false) as is_settled
   from oauth_clients c ${REGISTRATION_JOIN}
   where c.client_id = any(:client_ids::uuid[])`,
);

/** Of deleted clients only those that Hydra may still have: it does not miss the others. */
const EXPECTED = new PreparedStatement(
  'survey_expected',
  `select ${COLUMNS}, coalesce(${WAS_SETTLED}, false) as is_settled
   from oauth_clients c ${REGISTRATION_JOIN}
   where c.id > :after and (c.deleted_at is null or not (${IS_AT_REST}))
   order by c.id limit :limit`,
);

/** Skips what is being changed, which brings the client to Hydra anyway: so it waits for nobody, and cannot deadlock. */
const MARK_UNSYNCED = new PreparedStatement(
  'survey_mark_unsynced',
  `with found as (
     select c.id from oauth_clients c
     join unnest(:ids::uuid[], :revisions::integer[]) as seen (id, revision) on seen.id = c.id and seen.revision = c.revision
     where ${WAS_SETTLED}
     for update of c skip locked
   )
   update oauth_clients c set synced_revision = c.revision - 1, drifted_at = now() from found where c.id = found.id`,
);

const FIRST_ID = '00000000-0000-0000-0000-000000000000';
const PAGE_SIZE = 1_000;

/** The registry's side of a survey. */
@Injectable()
export class SurveyedClients {
  constructor(private readonly pool: pg.Pool) {}

  /** A moment on the database's clock, for the other methods: what was settled by then, Hydra has had since then. */
  async now(): Promise<Date> {
    const { rows } = await this.pool.query<{ moment: Date }>(NOW);
    if (!rows[0]) throw new Error('the database has no clock');
    return rows[0].moment;
  }

  /** Also the deleted ones. */
  async find(clientIds: readonly string[], moment: Date): Promise<SurveyedClient[]> {
    const { rows } = await this.pool.query<SurveyedClient>(FIND.with({ client_ids: clientIds, moment }));
    return rows;
  }

  /** Every client that Hydra is to have, and the deleted ones that are not settled, page by page. */
  async *expected(moment: Date): AsyncGenerator<SurveyedClient[]> {
    for (let after: string | undefined = FIRST_ID; after !== undefined;) {
      const statement = EXPECTED.with({ after, moment, limit: PAGE_SIZE });
      const { rows }: pg.QueryResult<SurveyedClient> = await this.pool.query<SurveyedClient>(statement);
      if (rows.length > 0) yield rows;
      after = rows.at(-1)?.id;
    }
  }

  /** Has the clients brought to Hydra again, unless something has happened to them since. @returns how many */
  async markUnsynced(clients: readonly SurveyedClient[], moment: Date): Promise<number> {
    const ids = clients.map(({ id }) => id);
    const revisions = clients.map(({ revision }) => revision);
    const { rowCount } = await this.pool.query(MARK_UNSYNCED.with({ ids, revisions, moment }));
    return rowCount ?? 0;
  }
}
