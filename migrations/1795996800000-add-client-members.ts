import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What a client needs beside its redirect URIs and scopes. The defaults of the lists stay: while a new version is rolled
 * out, processes of the old one make clients that say nothing of them.
 */
export class AddClientMembers1795996800000 implements MigrationInterface {
  name = 'AddClientMembers1795996800000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table oauth_clients
        add column audiences text[] not null default '{}',
        add column post_logout_redirect_uris text[] not null default '{}',
        add column allowed_cors_origins text[] not null default '{}',
        add column client_uri text,
        add column logo_uri text,
        add column policy_uri text,
        add column tos_uri text,
        add column contacts text[] not null default '{}',
        add column access_token_lifetime integer,
        add column id_token_lifetime integer,
        add column refresh_token_lifetime integer,
        add constraint ck_oauth_clients_audiences check (cardinality(audiences) <= 50),
        add constraint ck_oauth_clients_post_logout_redirect_uris check (cardinality(post_logout_redirect_uris) <= 50),
        add constraint ck_oauth_clients_allowed_cors_origins check (cardinality(allowed_cors_origins) <= 50),
        add constraint ck_oauth_clients_contacts check (cardinality(contacts) <= 10),
        add constraint ck_oauth_clients_access_token_lifetime check (access_token_lifetime >= 60),
        add constraint ck_oauth_clients_id_token_lifetime check (id_token_lifetime >= 60),
        add constraint ck_oauth_clients_refresh_token_lifetime check (refresh_token_lifetime >= 60)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table oauth_clients
        drop column audiences,
        drop column post_logout_redirect_uris,
        drop column allowed_cors_origins,
        drop column client_uri,
        drop column logo_uri,
        drop column policy_uri,
        drop column tos_uri,
        drop column contacts,
        drop column access_token_lifetime,
        drop column id_token_lifetime,
        drop column refresh_token_lifetime`);
  }
}
