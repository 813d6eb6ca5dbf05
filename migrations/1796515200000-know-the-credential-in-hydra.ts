import type { MigrationInterface, QueryRunner } from 'typeorm';

/** With which credential the authorization server knows a client, and a slow hash of secrets that people may have chosen. */
export class KnowTheCredentialInHydra1796515200000 implements MigrationInterface {
  name = 'KnowTheCredentialInHydra1796515200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table oauth_clients
        add column server_mode text not null default 'direct',
        add column server_key text,
        add column previous_mode text,
        add column previous_key text,
        add column moving boolean not null default false,
        add column server_sets text[],
        add constraint ck_oauth_clients_server_mode
          check (server_mode in ('direct', 'gate') and (server_key is not null) = (server_mode = 'gate')),
        add constraint ck_oauth_clients_previous_mode
          check (previous_mode in ('direct', 'gate')
            and (previous_key is not null) = (previous_mode is not distinct from 'gate'))`);
    await queryRunner.query(`
      alter table oauth_client_secrets
        add column scrypt bytea,
        add constraint ck_oauth_client_secrets_scrypt check (octet_length(scrypt) = 49)`);
  }

  /** Clients whose secret only the registry knows need a new one then: Hydra has another. */
  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table oauth_client_secrets
        drop constraint ck_oauth_client_secrets_scrypt,
        drop column scrypt`);
    await queryRunner.query(`
      alter table oauth_clients
        drop constraint ck_oauth_clients_previous_mode,
        drop constraint ck_oauth_clients_server_mode,
        drop column server_sets,
        drop column moving,
        drop column previous_key,
        drop column previous_mode,
        drop column server_key,
        drop column server_mode`);
  }
}
