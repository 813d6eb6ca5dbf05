import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Answers to calls with an `Idempotency-Key`, with what ends the secrets that they hold. */
export class AskFirstRetrySafely1796342400000 implements MigrationInterface {
  name = 'AskFirstRetrySafely1796342400000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      create table idempotency_keys (
        id bytea not null,
        body_hash bytea not null,
        oauth_client_id uuid not null,
        secret_id uuid,
        answer jsonb not null,
        live_secrets jsonb,
        sealed bytea,
        created timestamptz(3) not null default now(),
        constraint pk_idempotency_keys primary key (id),
        constraint ck_idempotency_keys_id check (octet_length(id) = 32),
        constraint ck_idempotency_keys_body_hash check (octet_length(body_hash) = 32)
      )`);
    await queryRunner.query(`create index ix_idempotency_keys_created on idempotency_keys (created)`);
    await queryRunner.query(`
      create index ix_idempotency_keys_sealed_created on idempotency_keys (created) where sealed is not null`);
    await queryRunner.query(`
      create index ix_idempotency_keys_sealed_oauth_client_id on idempotency_keys (oauth_client_id)
        where sealed is not null`);
    await queryRunner.query(`
      create index ix_idempotency_keys_sealed_secret_id on idempotency_keys (secret_id) where sealed is not null`);
    await queryRunner.query(`alter table registry_identity add column replay_key bytea`);
    // Whoever ends a secret, now or in a later version, ends its copy: nobody has to think of it.
    await queryRunner.query(`
      create function erase_replay_of_secret() returns trigger language plpgsql as $$
      begin
        update idempotency_keys set sealed = null where secret_id = new.id and sealed is not null;
        return null;
      end $$`);
    await queryRunner.query(`
      create trigger tr_oauth_client_secrets_erase_replay after update on oauth_client_secrets
        for each row when (old.revoked_at is null and new.revoked_at is not null)
        execute function erase_replay_of_secret()`);
    await queryRunner.query(`
      create function erase_replays_of_client() returns trigger language plpgsql as $$
      begin
        update idempotency_keys set sealed = null where oauth_client_id = new.id and sealed is not null;
        return null;
      end $$`);
    await queryRunner.query(`
      create trigger tr_oauth_clients_erase_replays after update on oauth_clients
        for each row when ((old.enabled and not new.enabled) or (old.deleted_at is null and new.deleted_at is not null))
        execute function erase_replays_of_client()`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`drop trigger tr_oauth_clients_erase_replays on oauth_clients`);
    await queryRunner.query(`drop function erase_replays_of_client`);
    await queryRunner.query(`drop trigger tr_oauth_client_secrets_erase_replay on oauth_client_secrets`);
    await queryRunner.query(`drop function erase_replay_of_secret`);
    await queryRunner.query(`alter table registry_identity drop column replay_key`);
    await queryRunner.query(`drop table idempotency_keys`);
  }
}
