import { Injectable } from '@nestjs/common';
import pg from 'pg';
import type { Values } from '../database/prepared-statement.js';
import { isClientId } from '../lib/client-id.js';
import { afterId, BEFORE_ALL_IDS, FIRST_PAGE, idBytes, idFrom } from '../pagination/cursor.js';
import { readKeysetPage, type Keyset, type Page } from '../pagination/page.js';
import type { Tenant } from '../tenants/tenant.js';
import type { ListOAuthClientsQuery, Sort } from './dto/list-oauth-clients.query.js';
import { AFTER_ALL_NAMES, endOfPrefix, foldedName } from './model/folded-name.js';
import { COUNTS, PAGES, type ListedClient, type Selection } from './oauth-client-list.statements.js';

/** One page of clients; `count` is the number of all that match, if it was asked for. */
export interface ListedClients extends Page<ListedClient> {
  readonly count: number | null;
}

type Position = Pick<ListedClient, 'id' | 'name_folded'>;

const DEFAULT_SORT: Sort = '-created';

const BY_AGE: Omit<Keyset<ListedClient, Position>, 'first'> = {
  positionOf: (client) => client,
  toBytes: ({ id }) => idBytes(id),
  fromBytes: (bytes) => ({ id: idFrom(bytes), name_folded: '' }),
};
const BY_NAME: Omit<Keyset<ListedClient, Position>, 'first'> = {
  positionOf: (client) => client,
  toBytes: ({ id, name_folded }) => Buffer.concat([idBytes(id), Buffer.from(name_folded)]),
  fromBytes: (bytes) => ({ id: idFrom(bytes), name_folded: afterId(bytes).toString() }),
};
const BEGINNING: Position = { id: BEFORE_ALL_IDS, name_folded: '' };
const END: Position = { id: FIRST_PAGE, name_folded: AFTER_ALL_NAMES };

const KEYSETS: Readonly<Record<Sort, Keyset<ListedClient, Position>>> = {
  '-created': { ...BY_AGE, first: END },
  created: { ...BY_AGE, first: BEGINNING },
  name: { ...BY_NAME, first: BEGINNING },
  '-name': { ...BY_NAME, first: END },
};

/** The list of a project's clients. */
@Injectable()
export class OAuthClientList {
  constructor(private readonly pool: pg.Pool) {}

  /** @throws Problem 400 for a cursor of another list */
  async read({ projectId }: Tenant, query: ListOAuthClientsQuery): Promise<ListedClients> {
    const { sort = DEFAULT_SORT } = query;
    const filters = filtersOf(query);
    const selection = selectionOf(filters);
    const list = filters === null && sort === DEFAULT_SORT ? projectId : nameOfList(projectId, sort, filters);
    const values: Values = { project_id: projectId, ...(filters && valuesOf(filters)) };
    const page = await readKeysetPage(list, query, KEYSETS[sort], ({ id, name_folded }, limit) =>
      PAGES[sort][selection].rows(this.pool, { ...values, id, name_folded, limit }),
    );
    const count = query.count === 'true' ? await this.count(selection, values, query, page) : null;
    return { ...page, count };
  }

  /** How many clients the filters hold for. The database is not asked when the page has all of them. */
  private async count(
    selection: Selection,
    values: Values,
    { cursor }: ListOAuthClientsQuery,
    { data, nextCursor }: Page<ListedClient>,
  ): Promise<number> {
    if (cursor === undefined && nextCursor === null) return data.length;
    return (await COUNTS[selection].row(this.pool, values))?.count ?? 0;
  }
}

type Filters = Omit<ListOAuthClientsQuery, 'limit' | 'cursor' | 'sort' | 'count'>;

/** Null when there are none, as of most requests. */
function filtersOf({
  limit: _l,
  cursor: _c,
  sort: _s,
  count: _n,
  ...filters
}: ListOAuthClientsQuery): Filters | null {
  return Object.values(filters).every((filter) => filter === undefined) ? null : filters;
}

function selectionOf(filters: Filters | null): Selection {
  if (filters === null) return 'all';
  if (filters.client_id !== undefined) return 'one';
  return filters.name === undefined ? 'filtered' : 'named';
}

/** What a cursor is sealed with: the same filters in another order are the same list. */
function nameOfList(projectId: string, sort: Sort, filters: Filters | null): string {
  const { name, ...others } = filters ?? {};
  const given = { ...others, ...(name !== undefined && { name: foldedName(name) }) };
  return JSON.stringify([projectId, sort, ...Object.entries(given).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}

function valuesOf({ client_id, name, ...filters }: Filters): Values {
  const from = name === undefined ? '' : foldedName(name);
  return {
    ...NO_FILTERS,
    ...filters,
    // No client has an id of another form.
    client_id: isClientId(client_id) ? client_id : null,
    name_from: from,
    name_to: endOfPrefix(from),
  };
}

const NO_FILTERS: Readonly<Record<Exclude<keyof Filters, 'client_id' | 'name'>, null>> = {
  grant_type: null,
  token_endpoint_auth_method: null,
  enabled: null,
  trusted: null,
  sync_status: null,
  unused_for_days: null,
  secret_expires_within_days: null,
};
