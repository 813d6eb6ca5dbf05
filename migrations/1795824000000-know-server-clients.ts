import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is known of the authorization server's own clients: to notice that one of the two databases was put back. */
export class KnowServerClients1795824000000 implements MigrationInterface {
  name = 'KnowServerClients1795824000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table oauth_clients
        add column unmanaged jsonb,
        add column server_created_at timestamptz(3),
        add column server_updated_at timestamptz(3),
        add column doubt text,
        add constraint ck_oauth_clients_doubt check (doubt in ('raised', 'held', 'accepted'))`);
    await queryRunner.query(`
      create table authorization_server_orphans (
        client_id text not null,
        found_at timestamptz(3) not null,
        constraint pk_authorization_server_orphans primary key (client_id)
      )`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`drop table authorization_server_orphans`);
    await queryRunner.query(`
      alter table oauth_clients
        drop column unmanaged,
        drop column server_created_at,
        drop column server_updated_at,
        drop column doubt`);
  }
}
