import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Clients of an existing Hydra keep the ids that they have there, and it is kept whose they were. */
export class LetClientIdsBeText1796256000000 implements MigrationInterface {
  name = 'LetClientIdsBeText1796256000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table oauth_clients
        alter column client_id type text collate "C" using client_id::text,
        add constraint ck_oauth_clients_client_id check (client_id ~ '^[A-Za-z0-9_.~:/@+-]{1,255}$'),
        add column imported_owner text`);
    // UUIDs are in lower case: the index holds none of them.
    await queryRunner.query(`
      create index ix_oauth_clients_client_id_in_lower_case on oauth_clients (lower(client_id))
        where client_id <> lower(client_id)`);
    await queryRunner.query(`
      alter table authorization_server_artifacts
        alter column client_id type text collate "C" using client_id::text`);
  }

  /** Fails while a client has an id that is no UUID: without it nobody could say whose it is. */
  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`drop index ix_oauth_clients_client_id_in_lower_case`);
    await queryRunner.query(`
      alter table authorization_server_artifacts alter column client_id type uuid using client_id::uuid`);
    await queryRunner.query(`
      alter table oauth_clients
        drop constraint ck_oauth_clients_client_id,
        alter column client_id type uuid using client_id::uuid,
        drop column imported_owner`);
  }
}
