import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { v7 } from 'uuid';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import { SORTS, type Sort } from '../../../src/oauth-clients/dto/list-oauth-clients.query.js';
import { foldedName } from '../../../src/oauth-clients/model/folded-name.js';
import { NameFolding } from '../../../src/oauth-clients/writes/name-folding.js';
import type { TestTenant } from '../../support/registry.js';
import { ClientCalls, expectProblem, MACHINE } from './support.js';
import { useRegistry } from '../../support/use-registry.js';

const DAY_MS = 24 * 60 * 60_000;
const CLIENTS = 500;

/** What of a client the filters look at. */
interface Kept {
  readonly id: string;
  readonly client_id: string;
  readonly name: string;
  readonly grant_types: readonly string[];
  readonly token_endpoint_auth_method: string;
  readonly enabled: boolean;
  readonly trusted: boolean;
  readonly revision: number;
  readonly synced_revision: number;
  readonly sync_problem: object | null;
  /** Days from now; negative for the past. */
  readonly created_in: number;
  readonly used_in: number | null;
  readonly expires_in: number | null;
}

type Query = Readonly<Record<string, string>>;

/** Names that share prefixes, in both cases, and with what other searches take for wildcards. */
const STARTS = [
  'shop',
  'Shop',
  'SHÖP',
  'sho\u0308p',
  '50%',
  '50_',
  '5',
  '\\',
  'ΟΔΟΣ',
  'οδος',
  'Zoo',
  'İstanbul',
  '🛍',
];
const name = fc
  .tuple(fc.constantFrom(...STARTS), fc.constantFrom('', ' 1', ' A', ' b', '%', 'α'))
  .map((parts) => parts.join(''));
const days = fc.oneof(fc.constant(null), fc.integer({ min: -400, max: -1 }));

const client: fc.Arbitrary<Kept> = fc
  .record({
    name,
    grant_types: fc.subarray(['authorization_code', 'client_credentials', 'refresh_token'], { minLength: 1 }),
    token_endpoint_auth_method: fc.constantFrom('client_secret_basic', 'client_secret_post', 'none'),
    enabled: fc.boolean(),
    trusted: fc.boolean(),
    synced_revision: fc.constantFrom(1, 2),
    sync_problem: fc.constantFrom(null, null, { code: 'rejected', detail: 'No.' }),
    created_in: fc.integer({ min: -400, max: -1 }),
    used_in: days,
    expires_in: fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 400 })),
  })
  .map((drawn) => ({ ...drawn, revision: 2, id: v7(), client_id: randomUUID() }));

const clients = fc.sample(client, { numRuns: CLIENTS, seed: 19 });

const statusOf = ({ sync_problem, synced_revision, revision }: Kept): string => {
  if (sync_problem !== null) return 'failed';
  return synced_revision < revision ? 'pending' : 'synced';
};

/** What each filter means, said another way than in SQL. */
const FILTERS: Readonly<Record<string, (client: Kept, value: string) => boolean>> = {
  client_id: (kept, value) => kept.client_id === value,
  name: (kept, value) => foldedName(kept.name).startsWith(foldedName(value)),
  grant_type: (kept, value) => kept.grant_types.includes(value),
  token_endpoint_auth_method: (kept, value) => kept.token_endpoint_auth_method === value,
  enabled: (kept, value) => String(kept.enabled) === value,
  trusted: (kept, value) => String(kept.trusted) === value,
  sync_status: (kept, value) => statusOf(kept) === value,
  unused_for_days: (kept, value) =>
    kept.token_endpoint_auth_method !== 'none' && (kept.used_in ?? kept.created_in) < -Number(value),
  secret_expires_within_days: (kept, value) => kept.expires_in !== null && kept.expires_in < Number(value),
};

const compared = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));
const byAge = (a: Kept, b: Kept): number => compared(a.id, b.id);
const byName = (a: Kept, b: Kept): number => compared(foldedName(a.name), foldedName(b.name)) || byAge(a, b);
const ORDERS: Readonly<Record<Sort, (a: Kept, b: Kept) => number>> = {
  '-created': (a, b) => byAge(b, a),
  created: byAge,
  name: byName,
  '-name': (a, b) => byName(b, a),
};

/** Half a day from any whole number of days, so that no bound is met while the test runs. */
const inDays = (count: number | null): string | null =>
  count === null ? null : new Date(Date.now() + (count + 0.5) * DAY_MS).toISOString();

describe('GET /oauth-clients with filters and in an order', () => {
  const { registry, tenant, calls } = useRegistry({ AUTHORIZATION_SERVER: 'embedded' }, { caller: 'viewer' });

  beforeAll(async () => {
    await insert(tenant, clients);
    // Of another tenant, and alike: none of them may be listed or counted.
    await insert(
      await registry.tenant(),
      clients.map((kept) => ({ ...kept, id: v7(), client_id: randomUUID() })),
    );
  });

  async function insert({ organizationId, projectId }: TestTenant, rows: readonly Kept[]): Promise<void> {
    const drawn = rows.map(({ created_in, used_in, expires_in, ...row }) => ({
      ...row,
      name_folded: foldedName(row.name),
      created: inDays(created_in),
      last_used_at: inDays(used_in),
      secrets_expire_at: inDays(expires_in),
    }));
    await registry.database.query(
      `insert into oauth_clients (id, organization_id, project_id, client_id, name, name_folded, redirect_uris, grant_types,
         scopes, token_endpoint_auth_method, pkce_required, trusted, enabled, created, modified, created_by, modified_by,
         revision, synced_revision, synced_at, sync_problem, last_used_at, secrets_expire_at)
       select r.id, $2, $3, r.client_id, r.name, r.name_folded, '{}', r.grant_types, '{}', r.token_endpoint_auth_method, false,
         r.trusted, r.enabled, r.created, now(), '{}', '{}', r.revision, r.synced_revision, now(), r.sync_problem,
         r.last_used_at, r.secrets_expire_at
       from jsonb_to_recordset($1::jsonb) as r (id uuid, client_id uuid, name text, name_folded text, grant_types text[],
         token_endpoint_auth_method text, trusted boolean, enabled boolean, created timestamptz, revision integer,
         synced_revision integer, sync_problem jsonb, last_used_at timestamptz, secrets_expire_at timestamptz)`,
      [JSON.stringify(drawn), organizationId, projectId],
    );
  }

  const idsOf = (listed: readonly OAuthClientDto[]): string[] => listed.map(({ id }) => id);
  const queryOf = (query: Query): string => `?${new URLSearchParams(query).toString()}`;

  /** All pages. */
  async function idsAt(query: Query): Promise<string[]> {
    const ids: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const answer = await calls.list(queryOf({ ...query, ...(cursor !== '' && { cursor }) }));
      if (answer.status !== 200) throw new Error(answer.text);
      ids.push(...idsOf(answer.body.data));
      cursor = answer.body.next_cursor;
    }
    return ids;
  }

  function expectedOf(filters: Query, sort: Sort = '-created'): string[] {
    const hold = clients.filter((kept) =>
      Object.entries(filters).every(([filter, value]) => FILTERS[filter]?.(kept, value)),
    );
    return hold.toSorted(ORDERS[sort]).map(({ id }) => id);
  }

  const someFilters: fc.Arbitrary<Query> = fc.record(
    {
      client_id: fc.oneof(
        fc.constantFrom(...clients.map(({ client_id }) => client_id)),
        fc.constantFrom(randomUUID(), 'no-uuid'),
      ),
      name: fc.constantFrom(
        's',
        'SHO',
        'shö',
        'SHO\u0308P',
        '5',
        '50%',
        '50_',
        '%',
        '_',
        '\\',
        'οδοσ',
        'ΟΔΟΣ',
        'z',
        'i̇',
        '🛍',
        'x',
      ),
      grant_type: fc.constantFrom('authorization_code', 'client_credentials', 'refresh_token', 'implicit'),
      token_endpoint_auth_method: fc.constantFrom('client_secret_basic', 'client_secret_post', 'none'),
      enabled: fc.constantFrom('true', 'false'),
      trusted: fc.constantFrom('true', 'false'),
      sync_status: fc.constantFrom('synced', 'pending', 'failed'),
      unused_for_days: fc.integer({ min: 1, max: 400 }).map(String),
      secret_expires_within_days: fc.integer({ min: 1, max: 400 }).map(String),
    },
    { requiredKeys: [] },
  );
  /** One or two at a time, so that something is left to be found. */
  const fewFilters = fc
    .tuple(someFilters, fc.nat({ max: 8 }), fc.nat({ max: 8 }))
    .map(([filters, ...kept]) =>
      Object.fromEntries(Object.entries(filters).filter((_, index) => kept.includes(index))),
    );

  it('the list gives what all filters hold for, in every order, and counts it', async () => {
    let found = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fewFilters, fewFilters, someFilters),
        fc.constantFrom(...SORTS),
        async (filters, sort) => {
          const expected = expectedOf(filters, sort);
          found += expected.length;
          expect(await idsAt({ ...filters, sort, limit: '100' })).toEqual(expected);
          const { body } = await calls.list(queryOf({ ...filters, count: 'true', limit: '1' }));
          expect(body.count).toBe(expected.length);
        },
      ),
      { seed: 19, numRuns: 150 },
    );
    expect(found).toBeGreaterThan(1_000);
  });

  it.each(SORTS)('the list goes through all clients by %s, a few at a time', async (sort) => {
    expect(await idsAt({ sort, limit: '37' })).toEqual(expectedOf({}, sort));
    expect(await idsAt({ sort, limit: '3', name: 'SHOP' })).toEqual(expectedOf({ name: 'shop' }, sort));
  });

  it('the list finds the one client of a client_id, and none by what is no client_id', async () => {
    const [kept] = clients;
    expect(await idsAt({ client_id: kept?.client_id ?? '' })).toEqual([kept?.id]);
    expect(await idsAt({ client_id: kept?.id ?? '' })).toEqual([]);
    expect(await idsAt({ client_id: "' or true --" })).toEqual([]);
  });

  it('the list counts only when asked to', async () => {
    expect((await calls.list('?limit=1')).body).not.toHaveProperty('count');
    expect((await calls.list('?limit=1&count=false')).body).not.toHaveProperty('count');
    expect((await calls.list('?limit=1&count=true')).body.count).toBe(CLIENTS);
  });

  describe('takes a cursor', () => {
    const cursorOf = async (query: Query): Promise<string> =>
      (await calls.list(queryOf({ limit: '5', ...query }))).body.next_cursor ?? '';

    it('the list takes a cursor with the same filters in another order and spelling, and whether or not it counts', async () => {
      const cursor = await cursorOf({ name: 'SHOP', enabled: 'true' });
      const answer = await calls.list(queryOf({ cursor, count: 'true', enabled: 'true', name: 'shop' }));
      expect([answer.status, answer.body.count]).toEqual([
        200,
        expectedOf({ name: 'shop', enabled: 'true' }).length,
      ]);
    });

    it.each<[string, Query, Query]>([
      ['of no filter', {}, { enabled: 'true' }],
      ['of a filter, with none', { enabled: 'true' }, {}],
      ['of another value', { enabled: 'true' }, { enabled: 'false' }],
      ['of another filter', { enabled: 'true' }, { trusted: 'true' }],
      ['of another order', { sort: 'name' }, { sort: '-name' }],
      ['of an order by name, by age', { sort: 'name' }, {}],
      ['of an order by age, by name', { sort: 'created' }, { sort: 'name' }],
      ['of another name', { name: 's' }, { name: 'sh' }],
    ])('the list with filters and in an order refuses a cursor %s', async (_, given, asked) => {
      const answer = await calls.list(queryOf({ ...asked, cursor: await cursorOf(given) }));
      expectProblem(answer, 400, 'bad_request', ['/cursor invalid_cursor']);
    });

    it('the list with filters and in an order refuses a cursor of another tenant', async () => {
      const other = await registry.tenant();
      const theirs = new ClientCalls(registry, other, other.admin);
      for (const label of ['a', 'b']) await theirs.create({ ...MACHINE, name: label });
      const cursor = (await theirs.list('?limit=1&sort=name')).body.next_cursor ?? '';
      expectProblem(await calls.list(queryOf({ sort: 'name', cursor })), 400, 'bad_request', [
        '/cursor invalid_cursor',
      ]);
    });
  });

  it.each<[Query, string]>([
    [{ sort: 'modified' }, '/sort not_allowed'],
    [{ sort: '' }, '/sort not_allowed'],
    [{ count: 'yes' }, '/count not_allowed'],
    [{ grant_type: 'password' }, '/grant_type not_allowed'],
    [{ token_endpoint_auth_method: 'private_key_jwt' }, '/token_endpoint_auth_method not_allowed'],
    [{ enabled: '1' }, '/enabled not_allowed'],
    [{ trusted: 'TRUE' }, '/trusted not_allowed'],
    [{ sync_status: 'lost' }, '/sync_status not_allowed'],
    [{ unused_for_days: '0' }, '/unused_for_days out_of_range'],
    [{ unused_for_days: '3651' }, '/unused_for_days out_of_range'],
    [{ secret_expires_within_days: '-1' }, '/secret_expires_within_days out_of_range'],
    [{ secret_expires_within_days: '1.5' }, '/secret_expires_within_days out_of_range'],
    [{ name: '' }, '/name too_short'],
    [{ name: 'a'.repeat(129) }, '/name too_long'],
    [{ name: 'a\u0000' }, '/name invalid_characters'],
    [{ client_id: 'a'.repeat(256) }, '/client_id too_long'],
    [{ limit: '0' }, '/limit out_of_range'],
    [{ grant_types: 'implicit' }, '/grant_types unknown_member'],
  ])('the list refuses %j with 400 and names the parameter', async (query, violation) => {
    expectProblem(await calls.list(queryOf(query)), 400, 'bad_request', [violation]);
  });

  it('the list finds a client by its new name as soon as it is renamed, and under the old one no more', async () => {
    const mine = await registry.tenant();
    const own = new ClientCalls(registry, mine, mine.admin);
    const { id } = (await own.create({ ...MACHINE, name: 'Übersicht' })).body;
    const found = async (text: string) => idsOf((await own.list(queryOf({ name: text }))).body.data);
    expect([await found('üBER'), await found('Konto')]).toEqual([[id], []]);
    await own.update(id, { name: 'KONTOAUSZUG' });
    expect([await found('über'), await found('konto')]).toEqual([[], [id]]);
    await own.delete(id);
    expect(await found('konto')).toEqual([]);
  });

  it('the list has clients that a process of an older version has made, and finds them by name a moment later', async () => {
    const mine = await registry.tenant();
    const own = new ClientCalls(registry, mine, mine.admin);
    const made = [];
    for (const label of ['Älter', 'Neuer'])
      made.push((await own.create({ ...MACHINE, name: label })).body.id);
    await registry.database.query(`update oauth_clients set name_folded = '' where id = $1`, [made[0]]);
    for (const sort of ['name', '-name']) {
      const first = (await own.list(queryOf({ sort, limit: '1' }))).body;
      const rest = (await own.list(queryOf({ sort, cursor: first.next_cursor ?? '' }))).body;
      expect(idsOf([...first.data, ...rest.data]).toSorted()).toEqual(made.toSorted());
    }
    await registry.app.nest.get(NameFolding).run();
    expect(idsOf((await own.list(queryOf({ name: 'ÄL' }))).body.data)).toEqual([made[0]]);
  });

  it.each(SORTS)(
    'the list gives every client once by %s while others come and go between the pages',
    async (sort) => {
      const mine = await registry.tenant();
      const own = new ClientCalls(registry, mine, mine.admin);
      const make = async (label: string) => (await own.create({ ...MACHINE, name: label })).body.id;
      const ids: string[] = [];
      for (let n = 0; n < 15; n++) ids.push(await make(`client ${n % 5}`));
      const gone = new Set<string>();
      const seen: string[] = [];
      let cursor: string | null = '';
      for (let page = 0; cursor !== null; page++) {
        const answer = await own.list(queryOf({ sort, limit: '4', ...(cursor !== '' && { cursor }) }));
        seen.push(...idsOf(answer.body.data));
        cursor = answer.body.next_cursor;
        await make(`client ${page % 5}`);
        // Among them the one that the cursor stands on.
        for (const id of [answer.body.data.at(-1)?.id ?? '', ids[page * 4] ?? '']) {
          gone.add(id);
          await own.delete(id);
        }
        if (page > 20) throw new Error('the list does not end');
      }
      expect(new Set(seen).size).toBe(seen.length);
      expect(ids.filter((id) => !gone.has(id) && !seen.includes(id))).toEqual([]);
    },
  );
});
