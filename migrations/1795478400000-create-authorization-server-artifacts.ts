import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the embedded authorization server remembers between requests. */
export class CreateAuthorizationServerArtifacts1795478400000 implements MigrationInterface {
  name = 'CreateAuthorizationServerArtifacts1795478400000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      create table authorization_server_artifacts (
        model text not null,
        id bytea not null,
        payload json not null,
        client_id uuid,
        grant_id text,
        uid text,
        expires_at timestamptz(3) not null,
        consumed_at timestamptz(3),
        constraint pk_authorization_server_artifacts primary key (model, id),
        constraint ck_authorization_server_artifacts_id check (octet_length(id) = 32)
      )`);
    for (const column of ['client_id', 'grant_id', 'uid', 'expires_at']) {
      await queryRunner.query(
        `create index ix_authorization_server_artifacts_${column} on authorization_server_artifacts (${column})`,
      );
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`drop table authorization_server_artifacts`);
  }
}
