import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Nobody holds up the others: turns of projects in the work for Hydra, a quota of clients, an end of old audit events. */
export class ShareFairly1795910400000 implements MigrationInterface {
  name = 'ShareFairly1795910400000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`alter table oauth_clients add column sync_priority smallint not null default 1`);
    await queryRunner.query(`drop index ix_oauth_clients_unsynced`);
    await queryRunner.query(`
      create index ix_oauth_clients_unsynced on oauth_clients (
        sync_priority,
        project_id,
        coalesce(greatest(sync_due_at, case when synced_revision < revision then null else sync_verify_at end), '-infinity'),
        id
      ) where synced_revision < revision or sync_verify_at is not null`);
    // Volatile, so that it counts what has been committed while the statement that calls it waited for the project's lock.
    await queryRunner.query(`
      create function live_oauth_clients(of_project uuid) returns bigint language plpgsql volatile as
      $$ begin return (select count(*) from oauth_clients where project_id = of_project and deleted_at is null); end $$`);
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
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      create or replace function audit_events_are_append_only() returns trigger language plpgsql as
      $$ begin raise exception 'audit events are append-only' using errcode = 'restrict_violation'; end $$`);
    await queryRunner.query(`drop function live_oauth_clients`);
    await queryRunner.query(`drop index ix_oauth_clients_unsynced`);
    await queryRunner.query(
      `create index ix_oauth_clients_unsynced on oauth_clients (sync_due_at nulls first, id)
       where synced_revision < revision or sync_verify_at is not null`,
    );
    await queryRunner.query(`alter table oauth_clients drop column sync_priority`);
  }
}
