import { columnsOf, selectList } from '../database/entity-columns.js';
import { NO_COLUMNS, PreparedStatement, type ColumnsOf } from '../database/prepared-statement.js';
import { OrganizationMember, type LoadedMember } from '../tenants/organization-member.entity.js';
import { Organization } from '../tenants/organization.entity.js';
import { Project, type LoadedProject } from '../tenants/project.entity.js';

/** How one kind of row is made, and brought to the values that the platform gives it. */
export interface UpsertStatements<Row extends object> {
  /** Answers with a row when it was made, and with none when there is one already. */
  readonly insert: PreparedStatement<{ created: Date }>;
  /** Reads the row, and locks it for the rest of the transaction. */
  readonly lock: PreparedStatement<Row>;
  readonly update: PreparedStatement<Row>;
}

interface Table<Row> {
  readonly name: string;
  readonly columns: ColumnsOf<Row>;
  readonly key: readonly (keyof Row & string)[];
  readonly values: readonly (keyof Row & string)[];
}

function upsertStatements<Row extends object>({
  name,
  columns,
  key,
  values,
}: Table<Row>): UpsertStatements<Row> {
  const list = selectList(columns, 't');
  const isKey = key.map((column) => `t.${column} = :${column}`).join(' and ');
  const given = [...key, ...values];
  return {
    insert: new PreparedStatement<{ created: Date }>(
      `${name}_insert`,
      `insert into ${name} (${given.join(', ')}) values (${given.map((column) => `:${column}`).join(', ')})
       on conflict do nothing returning created`,
      { created: 'timestamptz' },
    ),
    // Writes to an organization's clients go on meanwhile: a stronger lock would stop the foreign keys of their audit events.
    lock: new PreparedStatement<Row>(
      `${name}_lock`,
      `select ${list} from ${name} t where ${isKey} for no key update`,
      columns,
    ),
    update: new PreparedStatement<Row>(
      `${name}_update`,
      `update ${name} t set ${values.map((column) => `${column} = :${column}`).join(', ')}, modified = now()
       where ${isKey} returning ${list}`,
      columns,
    ),
  };
}

export const ORGANIZATIONS = upsertStatements<Organization>({
  name: 'organizations',
  columns: columnsOf<Organization>(Organization),
  key: ['id'],
  values: ['name', 'trusted_clients_allowed'],
});

export const PROJECTS = upsertStatements<LoadedProject>({
  name: 'projects',
  columns: columnsOf<LoadedProject>(Project),
  key: ['id', 'organization_id'],
  values: ['name'],
});

export const ORGANIZATION_MEMBERS = upsertStatements<LoadedMember>({
  name: 'organization_members',
  columns: columnsOf<LoadedMember>(OrganizationMember),
  key: ['organization_id', 'subject'],
  values: ['role'],
});

export const DELETE_ORGANIZATION = new PreparedStatement(
  'organization_delete',
  `update organizations set deleted_at = now(), modified = now() where id = :id`,
  NO_COLUMNS,
);

export const LIVE_PROJECT_IDS = new PreparedStatement<{ id: string }>(
  'project_live_ids',
  `select id from projects where organization_id = :organization_id and deleted_at is null`,
  { id: 'uuid' },
);

export const DELETE_PROJECTS = new PreparedStatement(
  'project_delete',
  `update projects set deleted_at = now(), modified = now() where id = any(:ids::uuid[])`,
  NO_COLUMNS,
);

export const DELETE_MEMBER = new PreparedStatement(
  'organization_member_delete',
  `delete from organization_members where organization_id = :organization_id and subject = :subject`,
  NO_COLUMNS,
);
