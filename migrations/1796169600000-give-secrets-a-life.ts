import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Several secrets of a client that overlap, with names and expiry; who is refused; which secret an audit event is about. */
export class GiveSecretsALife1796169600000 implements MigrationInterface {
  name = 'GiveSecretsALife1796169600000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table oauth_client_secrets
        add column name text,
        add column retired_at timestamptz(3),
        add column lost boolean not null default false,
        add constraint ck_oauth_client_secrets_name check (char_length(name) between 1 and 128)`);
    await queryRunner.query(`
      create index ix_oauth_client_secrets_oauth_client_id on oauth_client_secrets (oauth_client_id)`);
    await queryRunner.query(`
      create index ix_oauth_client_secrets_expiring on oauth_client_secrets (expires_at)
        where revoked_at is null and expires_at is not null`);
    await queryRunner.query(`
      alter table oauth_clients
        add column last_used_at timestamptz(3),
        add column last_refused_at timestamptz(3),
        add column secrets_expire_at timestamptz(3)`);
    await queryRunner.query(`
      update oauth_clients c set last_used_at = used.at
      from (select oauth_client_id, max(last_used_at) as at from oauth_client_secrets group by 1) as used
      where used.oauth_client_id = c.id and used.at is not null`);
    await queryRunner.query(`alter table audit_events add column secret_id uuid`);
    // Where the authorization server has a secret that nobody knows, this is what its owner was told last.
    await queryRunner.query(`
      update oauth_client_secrets s set lost = true from oauth_clients c
      where c.id = s.oauth_client_id and c.sync_problem ->> 'code' = 'secret_lost'
        and s.revoked_at = (select max(o.revoked_at) from oauth_client_secrets o where o.oauth_client_id = c.id)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    // Without overlap a client has one secret: the newest.
    await queryRunner.query(
      `update oauth_client_secrets set revoked_at = now() where revoked_at is null and retired_at is not null`,
    );
    await queryRunner.query(`alter table audit_events drop column secret_id`);
    await queryRunner.query(`
      alter table oauth_clients
        drop column last_used_at,
        drop column last_refused_at,
        drop column secrets_expire_at`);
    await queryRunner.query(`drop index ix_oauth_client_secrets_expiring`);
    await queryRunner.query(`drop index ix_oauth_client_secrets_oauth_client_id`);
    await queryRunner.query(
      `alter table oauth_client_secrets drop column lost, drop column retired_at, drop column name`,
    );
  }
}
