import type { MigrationInterface, QueryRunner } from 'typeorm';

const BATCH = 10_000;

/** A copy: what a name folds to here must not change with the service. */
const foldedName = (name: string): string =>
  Array.from(name, (character) => character.toLowerCase())
    .join('')
    .replaceAll('ς', 'σ')
    .normalize('NFC');

/** The members that are forgotten with a deleted client. */
const ERASED = `array['name', 'description', 'redirect_uris', 'scopes', 'audiences', 'post_logout_redirect_uris',
  'allowed_cors_origins', 'client_uri', 'logo_uri', 'policy_uri', 'tos_uri', 'contacts']`;

/** Lists of clients by name, histories of clients and projects, and audit events that forget with their client. */
export class SeeWhatIsThere1796428800000 implements MigrationInterface {
  name = 'SeeWhatIsThere1796428800000';

  async up(queryRunner: QueryRunner): Promise<void> {
    // Empty, which no name folds to, is what processes of before leave of the clients that they make.
    await queryRunner.query(`
      alter table oauth_clients
        add column name_folded text collate "C" not null default '',
        add constraint ck_oauth_clients_name_folded check (char_length(name_folded) <= 384)`);
    await foldNames(queryRunner);
    await queryRunner.query(`
      create index ix_oauth_clients_project_id_name_folded_id on oauth_clients (project_id, name_folded, id)
        where deleted_at is null`);
    await queryRunner.query(`
      create index ix_oauth_clients_to_fold on oauth_clients (id) where name_folded = '' and deleted_at is null`);

    await queryRunner.query(`drop index ix_audit_events_organization_id_id`);
    await queryRunner.query(`
      create index ix_audit_events_organization_id_created_id on audit_events (organization_id, created, id)`);
    await queryRunner.query(`
      create index ix_audit_events_project_id_created_id on audit_events (project_id, created, id)`);
    await queryRunner.query(`
      create index ix_audit_events_oauth_client_id_created_id on audit_events (oauth_client_id, created, id)
        where oauth_client_id is not null`);
    await queryRunner.query(`
      create index ix_audit_events_of_tenants on audit_events (organization_id, created, id)
        where oauth_client_id is null`);

    // What an event tells of a client may be put out of sight once the client is erased, value by value, and nothing else.
    await queryRunner.query(`
      create or replace function audit_events_are_append_only() returns trigger language plpgsql as
      $$ begin
        if tg_op = 'DELETE' and old.created
          < now() - make_interval(days => nullif(current_setting('registry.audit_retention_days', true), '')::integer)
        then
          return old;
        end if;
        if tg_op = 'UPDATE' and to_jsonb(new) - 'changes' = to_jsonb(old) - 'changes'
          and exists (select from oauth_clients c where c.id = old.oauth_client_id and c.erased_at is not null)
          and not exists (
            select from jsonb_each(old.changes) o full join jsonb_each(new.changes) n using (key)
            where o.value is null or n.value is null or n.value not in (o.value, '{"erased": true}'::jsonb)
          )
        then
          return new;
        end if;
        raise exception 'audit events are append-only' using errcode = 'restrict_violation';
      end $$`);
    await queryRunner.query(`
      update audit_events e set changes = (
        select jsonb_object_agg(key, case when key = any(${ERASED}) then '{"erased": true}'::jsonb else value end)
        from jsonb_each(e.changes))
      from oauth_clients c
      where c.id = e.oauth_client_id and c.erased_at is not null and e.changes ?| ${ERASED}`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      create or replace function audit_events_are_append_only() returns trigger language plpgsql as
      $$ begin
        if tg_op = 'DELETE' and old.created
          < now() - make_interval(days => nullif(current_setting('registry.audit_retention_days', true), '')::integer)
        then
          return old;
        end if;
        raise exception 'audit events are append-only' using errcode = 'restrict_violation';
      end $$`);
    await queryRunner.query(`drop index ix_audit_events_of_tenants`);
    await queryRunner.query(`drop index ix_audit_events_oauth_client_id_created_id`);
    await queryRunner.query(`drop index ix_audit_events_project_id_created_id`);
    await queryRunner.query(`drop index ix_audit_events_organization_id_created_id`);
    await queryRunner.query(
      `create index ix_audit_events_organization_id_id on audit_events (organization_id, id)`,
    );
    await queryRunner.query(`drop index ix_oauth_clients_to_fold`);
    await queryRunner.query(`drop index ix_oauth_clients_project_id_name_folded_id`);
    await queryRunner.query(`alter table oauth_clients drop column name_folded`);
  }
}

interface Named {
  readonly id: string;
  readonly name: string;
}

async function foldNames(queryRunner: QueryRunner): Promise<void> {
  let batch: Named[];
  let after = '00000000-0000-0000-0000-000000000000';
  do {
    batch = (await queryRunner.query(
      `select id, name from oauth_clients where id > $1 order by id limit ${BATCH}`,
      [after],
    )) as Named[];
    await queryRunner.query(
      `update oauth_clients c set name_folded = folded.name
       from unnest($1::uuid[], $2::text[]) as folded (id, name) where c.id = folded.id`,
      [batch.map(({ id }) => id), batch.map(({ name }) => foldedName(name))],
    );
    after = batch.at(-1)?.id ?? after;
  } while (batch.length === BATCH);
}
