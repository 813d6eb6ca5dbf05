import { columnsOf, selectList } from '../database/entity-columns.js';
import { PreparedStatement } from '../database/prepared-statement.js';
import type { Sort } from './dto/list-oauth-clients.query.js';
import { LIVE_SECRETS_COLUMNS, LIVE_SECRETS_LIST, type ObservedClient } from './model/live-secrets.js';
import { OAuthClient, type LoadedOAuthClient } from './model/oauth-client.entity.js';
import { SYNC_STATUS } from './model/sync-state.js';

/*
 * The list of a project's clients, as one statement for each order and each index that can find them. Two indexes serve all:
 * `(project_id, id)` and `(project_id, name_folded, id)`, and the one by `client_id` finds one. Every other filter is a
 * condition on rows that one of these has found, which are those of one project.
 */

/** A client as a list reads it. */
export type ListedClient = ObservedClient & Pick<OAuthClient, 'name_folded'>;

const COLUMNS = { ...columnsOf<LoadedOAuthClient>(OAuthClient), name_folded: 'text' } as const;

const ORDERS: Readonly<Record<Sort, { readonly after: string; readonly by: string }>> = {
  // Ids are UUIDs of version 7: their order is that of creation. With the project named beside the id, PostgreSQL goes by the
  // index of the project's clients, and not by that of all clients, most of which are of other projects.
  '-created': { after: '(c.project_id, c.id) < (:project_id, :id)', by: 'c.id desc' },
  created: { after: '(c.project_id, c.id) > (:project_id, :id)', by: 'c.id' },
  name: { after: '(c.name_folded, c.id) > (:name_folded::text, :id::uuid)', by: 'c.name_folded, c.id' },
  '-name': {
    after: '(c.name_folded, c.id) < (:name_folded::text, :id::uuid)',
    by: 'c.name_folded desc, c.id desc',
  },
};

/** The filters. Each holds for all clients where its parameter is null. */
const CONDITIONS = [
  ':grant_type::text is null or c.grant_types @> array[:grant_type::text]',
  ':token_endpoint_auth_method::text is null or c.token_endpoint_auth_method = :token_endpoint_auth_method::text',
  ':enabled::boolean is null or c.enabled = :enabled::boolean',
  ':trusted::boolean is null or c.trusted = :trusted::boolean',
  `:sync_status::text is null or ${SYNC_STATUS} = :sync_status::text`,
  `:unused_for_days::integer is null or (c.token_endpoint_auth_method <> 'none'
    and coalesce(c.last_used_at, c.created) < now() - make_interval(days => :unused_for_days::integer))`,
  `:secret_expires_within_days::integer is null
    or c.secrets_expire_at < now() + make_interval(days => :secret_expires_within_days::integer)`,
].map((condition) => `(${condition})`);

/**
 * All filters as one `case`. The plan is made once, before it is known which of them are given. PostgreSQL would estimate that
 * all together hold for very few rows, and would read every client of the project to sort these. It estimates that a `case`
 * holds for half of the rows: then it walks the index, and stops at the end of the page.
 */
const FILTERS = `case when ${CONDITIONS.join(' and ')} then true else false end`;

const IS_NAMED = 'c.name_folded >= :name_from and c.name_folded < :name_to';

/** The conditions of a list, by which filters are given: they decide which index finds the clients. */
const SELECTIONS = {
  all: [],
  filtered: [FILTERS],
  named: [IS_NAMED, FILTERS],
  // The name is no range here: with one, the index by name would seem as good as the one by `client_id`.
  one: ['c.client_id = :client_id', 'starts_with(c.name_folded, :name_from)', FILTERS],
} as const;
export type Selection = keyof typeof SELECTIONS;

const inProject = (selection: Selection): string =>
  ['c.project_id = :project_id', 'c.deleted_at is null', ...SELECTIONS[selection]].join(' and ');

const nameOf = (...parts: readonly string[]): string => parts.join('_').replace('-', 'down_');

const page = (sort: Sort, selection: Selection): PreparedStatement<ListedClient> =>
  new PreparedStatement<ListedClient>(
    nameOf('oauth_client_page', sort, selection),
    `select ${selectList(COLUMNS, 'c')}, ${LIVE_SECRETS_LIST} from oauth_clients c
     where ${inProject(selection)} and ${ORDERS[sort].after}
     order by ${ORDERS[sort].by}
     limit :limit`,
    { ...COLUMNS, ...LIVE_SECRETS_COLUMNS },
  );

const pages = (sort: Sort): Readonly<Record<Selection, PreparedStatement<ListedClient>>> => ({
  all: page(sort, 'all'),
  filtered: page(sort, 'filtered'),
  named: page(sort, 'named'),
  one: page(sort, 'one'),
});

export const PAGES = {
  '-created': pages('-created'),
  created: pages('created'),
  name: pages('name'),
  '-name': pages('-name'),
} as const;

interface Counted {
  readonly count: number;
}

const counts = (selection: Selection): PreparedStatement<Counted> =>
  new PreparedStatement<Counted>(
    nameOf('oauth_client_count', selection),
    `select count(*)::integer as count from oauth_clients c where ${inProject(selection)}`,
    { count: 'int4' },
  );

export const COUNTS: Readonly<Record<Selection, PreparedStatement<Counted>>> = {
  all: counts('all'),
  filtered: counts('filtered'),
  named: counts('named'),
  one: counts('one'),
};
