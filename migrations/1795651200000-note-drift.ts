import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Since when Hydra lacks what it once had: the last change may be years old by then. */
export class NoteDrift1795651200000 implements MigrationInterface {
  name = 'NoteDrift1795651200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`alter table oauth_clients add column drifted_at timestamptz(3)`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`alter table oauth_clients drop column drifted_at`);
  }
}
