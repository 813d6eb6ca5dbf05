import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What it takes to bring an authorization server to the registry's state that keeps clients of its own. */
export class PrepareSync1795564800000 implements MigrationInterface {
  name = 'PrepareSync1795564800000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      create table registry_identity (
        id uuid not null,
        constraint pk_registry_identity primary key (id)
      )`);
    await queryRunner.query(`insert into registry_identity (id) values (gen_random_uuid())`);
    await queryRunner.query(
      `alter table oauth_clients add column sync_verify_at timestamptz(3), add column erased_at timestamptz(3)`,
    );
    await queryRunner.query(`drop index ix_oauth_clients_unsynced`);
    await queryRunner.query(
      `create index ix_oauth_clients_unsynced on oauth_clients (sync_due_at nulls first, id)
       where synced_revision < revision or sync_verify_at is not null`,
    );
    await queryRunner.query(
      `create index ix_oauth_clients_to_erase on oauth_clients (synced_at) where deleted_at is not null and erased_at is null`,
    );
    await queryRunner.query(
      `alter table oauth_client_secrets alter column hash drop not null, alter column last_four drop not null`,
    );
    await queryRunner.query(
      `create index ix_oauth_client_secrets_sealed on oauth_client_secrets (created) where sealed is not null`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`drop index ix_oauth_client_secrets_sealed`);
    await queryRunner.query(`delete from oauth_client_secrets where hash is null`);
    await queryRunner.query(
      `alter table oauth_client_secrets alter column hash set not null, alter column last_four set not null`,
    );
    await queryRunner.query(`drop index ix_oauth_clients_to_erase`);
    await queryRunner.query(`drop index ix_oauth_clients_unsynced`);
    await queryRunner.query(
      `create index ix_oauth_clients_unsynced on oauth_clients (sync_due_at nulls first, id) where synced_revision < revision`,
    );
    await queryRunner.query(`alter table oauth_clients drop column erased_at, drop column sync_verify_at`);
    await queryRunner.query(`drop table registry_identity`);
  }
}
