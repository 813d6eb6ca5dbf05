import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Since when tokens must be newer to count. Moments of their own, because a client may be disabled or distrusted and be
 * enabled or trusted again later: what was ended must not come back with it.
 */
export class NoteEnds1795737600000 implements MigrationInterface {
  name = 'NoteEnds1795737600000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `alter table oauth_clients add column tokens_ended_at timestamptz(3), add column trust_ended_at timestamptz(3)`,
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `alter table oauth_clients drop column tokens_ended_at, drop column trust_ended_at`,
    );
  }
}
