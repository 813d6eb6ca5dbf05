import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { MIGRATIONS } from '../../../src/app/schema.js';
import { createDataSource } from '../../../src/database/data-source.js';
import { asAdmin, databaseUrl } from '../../support/postgres.js';
import { SeeWhatIsThere1796428800000 } from '../../../migrations/1796428800000-see-what-is-there.js';

const BEFORE = MIGRATIONS.slice(0, MIGRATIONS.indexOf(SeeWhatIsThere1796428800000));
const PROJECT = '20000000-0000-4000-8000-000000000000';

interface Row {
  readonly name: string;
  readonly name_folded?: string;
  readonly changes?: object;
}

describe('The migration that lets everything be seen', () => {
  let database: DataSource;

  beforeAll(async () => {
    const name = `test_${randomUUID().replaceAll('-', '')}`;
    await asAdmin(`create database ${name}`);
    const url = databaseUrl(name);
    const before = await createDataSource(url, { entities: [], migrations: BEFORE }, 0).initialize();
    await before.runMigrations();
    await fill(before);
    await before.destroy();
    const migrations = [...BEFORE, SeeWhatIsThere1796428800000];
    database = await createDataSource(url, { entities: [], migrations }, 0).initialize();
  });
  afterAll(() => database.destroy());

  async function fill(before: DataSource): Promise<void> {
    const organization = '10000000-0000-4000-8000-000000000000';
    await before.query(`insert into organizations (id, name) values ($1, 'One')`, [organization]);
    await before.query(`insert into projects (id, organization_id, name) values ($1, $2, 'Shop')`, [
      PROJECT,
      organization,
    ]);
    for (const [name, erased] of [
      ['ÄRZTE', false],
      ['ΟΔΟΣ', false],
      ['Erased', true],
    ] as const) {
      const id = randomUUID();
      await before.query(
        `insert into oauth_clients (id, organization_id, project_id, client_id, name, redirect_uris, grant_types, scopes,
           token_endpoint_auth_method, pkce_required, trusted, enabled, created, modified, created_by, modified_by, revision,
           deleted_at, erased_at)
         values ($1, $2, $3, gen_random_uuid(), $4, '{}', '{client_credentials}', '{}', 'client_secret_basic', false, false, true,
           now(), now(), '{}', '{}', 1, $5, $5)`,
        [id, organization, PROJECT, name, erased ? new Date() : null],
      );
      await before.query(
        `insert into audit_events (id, organization_id, project_id, oauth_client_id, actor, action, changes, request_id, revision)
         values (gen_random_uuid(), $1, $2, $3, '{}', 'oauth_client.created', $4, 'r', 1)`,
        [organization, PROJECT, id, { name: { from: null, to: name }, enabled: { from: null, to: true } }],
      );
    }
  }

  const stored = (columns: string): Promise<Row[]> =>
    database.query(
      `select c.name, ${columns} from oauth_clients c join audit_events e on e.oauth_client_id = c.id order by c.name collate "C"`,
    );

  it('the migration SeeWhatIsThere folds the names that are there, and takes what erased clients were out of their events', async () => {
    await database.runMigrations();
    const created = (name: string) => ({ name: { from: null, to: name }, enabled: { from: null, to: true } });
    expect(await stored('c.name_folded, e.changes')).toEqual([
      {
        name: 'Erased',
        name_folded: 'erased',
        changes: { name: { erased: true }, enabled: { from: null, to: true } },
      },
      { name: 'ÄRZTE', name_folded: 'ärzte', changes: created('ÄRZTE') },
      { name: 'ΟΔΟΣ', name_folded: 'οδοσ', changes: created('ΟΔΟΣ') },
    ]);
  });

  it('the migration SeeWhatIsThere is undone without a trace of the names, and events stay as they are', async () => {
    await database.undoLastMigration();
    await expect(stored('c.name_folded')).rejects.toThrow('name_folded');
    const [erased] = await stored('e.changes');
    expect(erased?.changes).toMatchObject({ name: { erased: true } });
    await expect(database.query(`update audit_events set changes = '{}'`)).rejects.toThrow('append-only');
  });
});
