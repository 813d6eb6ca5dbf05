import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What every change of a client paid for and nobody needed. The foreign key of events locked the row of the organization, which all
 * writers in it then shared; events outlive what they are about, and have no other one. And a bound in a regular expression
 * takes PostgreSQL longer than to count the characters.
 */
export class LetWritersPassEachOther1796601600000 implements MigrationInterface {
  name = 'LetWritersPassEachOther1796601600000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`alter table audit_events drop constraint fk_audit_events_organization_id`);
    await queryRunner.query(`
      alter table oauth_clients
        drop constraint ck_oauth_clients_client_id,
        add constraint ck_oauth_clients_client_id
          check (client_id ~ '^[A-Za-z0-9_.~:/@+-]+$' and char_length(client_id) <= 255)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      alter table oauth_clients
        drop constraint ck_oauth_clients_client_id,
        add constraint ck_oauth_clients_client_id check (client_id ~ '^[A-Za-z0-9_.~:/@+-]{1,255}$')`);
    await queryRunner.query(`
      alter table audit_events
        add constraint fk_audit_events_organization_id foreign key (organization_id) references organizations (id)`);
  }
}
