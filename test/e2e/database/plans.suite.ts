import pg from 'pg';
import { PreparedStatement } from '../../../src/database/prepared-statement.js';
import '../../../src/oauth-clients/oauth-client-list.statements.js';
import '../../../src/audit/reading/audit-events.statements.js';
import '../../../src/access/own-tenants.js';
import '../../../src/organizations/members.reader.js';
import { createDatabase } from '../../support/postgres.js';

/** Statements that read one page of something, with the indexes that may find it. */
const LISTS: readonly (readonly [name: RegExp, indexes: RegExp])[] = [
  [/^oauth_client_page_(down_)?created_(all|filtered)$/, /^ix_oauth_clients_project_id_id$/],
  [/^oauth_client_page_(down_)?name_(all|filtered)$/, /^ix_oauth_clients_project_id_name_folded_id$/],
  [/^oauth_client_page_.*_named$/, /^ix_oauth_clients_project_id_(name_folded_)?id$/],
  [/^oauth_client_(page_.*|count)_one$/, /^uq_oauth_clients_client_id$/],
  [/^oauth_client_count_(all|filtered|named)$/, /^ix_oauth_clients_project_id_(name_folded_)?id$/],
  [/^audit_events_(client|client_of_organization)_/, /^ix_audit_events_oauth_client_id_created_id$/],
  [/^audit_events_project_/, /^ix_audit_events_project_id_created_id$/],
  [/^audit_events_organization_(asc|desc)/, /^ix_audit_events_organization_id_created_id$/],
  [/^audit_events_tenants_/, /^ix_audit_events_of_tenants$/],
  [/^all_organizations_page$/, /^pk_organizations$/],
  [
    /^own_organizations_page$/,
    /^(pk_organizations|pk_organization_members|ix_organization_members_subject|uq_oauth_clients_client_id)$/,
  ],
  [/^own_projects_page$/, /^(ix_projects_organization_id_id|uq_oauth_clients_client_id)$/],
  [/^organization_member_page$/, /^pk_organization_members$/],
];

interface Plan {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly Plans?: readonly Plan[];
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

/** Ten projects of two hundred clients, of which half are deleted, with two events each. */
const FILL = `
  insert into organizations (id, name) values ('10000000-0000-4000-8000-000000000000', 'One');
  insert into projects (id, organization_id, name)
    select ('20000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, '10000000-0000-4000-8000-000000000000', 'Shop'
    from generate_series(0, 9) n;
  insert into organization_members (organization_id, subject, role)
    select '10000000-0000-4000-8000-000000000000', 'someone ' || n, 'viewer' from generate_series(1, 500) n;
  insert into oauth_clients (id, organization_id, project_id, client_id, name, name_folded, redirect_uris, grant_types, scopes,
    token_endpoint_auth_method, pkce_required, trusted, enabled, created, modified, created_by, modified_by, revision,
    synced_revision, synced_at, deleted_at)
    select gen_random_uuid(), '10000000-0000-4000-8000-000000000000', p.id, gen_random_uuid(), 'Shop ' || n, 'shop ' || n, '{}',
      '{client_credentials}', '{}', 'client_secret_basic', false, false, true, now(), now(), '{}', '{}', 1, 1, now(),
      case when n % 2 = 0 then now() end
    from projects p, generate_series(1, 200) n;
  insert into audit_events (id, organization_id, project_id, oauth_client_id, actor, action, changes, request_id, created)
    select gen_random_uuid(), organization_id, project_id, id, '{}', 'oauth_client.updated', '{}', 'r', now() - n * interval '1 h'
    from oauth_clients, generate_series(1, 2) n;
  insert into audit_events (id, organization_id, project_id, actor, action, changes, request_id)
    select gen_random_uuid(), organization_id, id, '{}', 'project.created', '{}', 'r' from projects;
  analyze`;

describe('Every page of a list', () => {
  let client: pg.Client;

  beforeAll(async () => {
    client = new pg.Client(await createDatabase());
    await client.connect();
    await client.query(FILL);
    // What is few is read fastest from its beginning to its end: the test asks what is possible.
    await client.query('set enable_seqscan = off');
    await client.query('set plan_cache_mode = force_generic_plan');
  });
  afterAll(() => client.end());

  const lists = PreparedStatement.all().flatMap((statement) => {
    const [, indexes] = LISTS.find(([name]) => name.test(statement.name)) ?? [];
    return indexes === undefined ? [] : [[statement.name, statement, indexes] as const];
  });

  it('every page of a list is tested here', () => {
    for (const [name] of LISTS) expect(lists.some(([list]) => name.test(list))).toBe(true);
    const pages = PreparedStatement.all().filter(({ name }) => /_page|_(asc|desc)/.test(name));
    expect(
      pages.filter(({ name }) => !lists.some(([list]) => list === name)).map(({ name }) => name),
    ).toEqual([]);
  });

  it.each(lists)(
    'every page of a list is found by an index, and nothing else is read: %s',
    async (name, { text }, indexes) => {
      await client.query(`prepare ${name} as ${text}`);
      const { rows } = await client.query<{ count: number }>(
        'select cardinality(parameter_types) as count from pg_prepared_statements where name = $1',
        [name],
      );
      const nulls = Array.from({ length: rows[0]?.count ?? 0 }, () => 'null').join(', ');
      const explained = await client.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
        `explain (format json) execute ${name} (${nulls})`,
      );
      const nodes = nodesOf(explained.rows[0]?.['QUERY PLAN'][0].Plan ?? { 'Node Type': 'none' });
      const used = nodes.flatMap((node) => node['Index Name'] ?? []);
      expect(used.length).toBeGreaterThan(0);
      // What is known of the secrets of each client that is shown comes with it, by an index of theirs.
      const own = used.filter((index) => !index.startsWith('ix_oauth_client_secrets_'));
      for (const index of own) expect(index).toMatch(indexes);
      expect(nodes.map((node) => node['Node Type'])).not.toContain('Seq Scan');
    },
  );
});
