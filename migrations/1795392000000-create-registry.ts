import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The whole data model. Reviewed by hand; never edited once landed. */
export class CreateRegistry1795392000000 implements MigrationInterface {
  name = 'CreateRegistry1795392000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      create table organizations (
        id uuid not null,
        name text not null,
        trusted_clients_allowed boolean not null default false,
        created timestamptz(3) not null default now(),
        modified timestamptz(3) not null default now(),
        deleted_at timestamptz(3),
        constraint pk_organizations primary key (id),
        constraint ck_organizations_name check (char_length(name) between 1 and 128)
      )`);

    await queryRunner.query(`
      create table projects (
        id uuid not null,
        organization_id uuid not null,
        name text not null,
        created timestamptz(3) not null default now(),
        modified timestamptz(3) not null default now(),
        deleted_at timestamptz(3),
        constraint pk_projects primary key (id),
        constraint uq_projects_id_organization_id unique (id, organization_id),
        constraint fk_projects_organization_id foreign key (organization_id) references organizations (id),
        constraint ck_projects_name check (char_length(name) between 1 and 128)
      )`);
    await queryRunner.query(
      `create index ix_projects_organization_id_id on projects (organization_id, id desc) where deleted_at is null`,
    );

    await queryRunner.query(`
      create table organization_members (
        organization_id uuid not null,
        subject text not null,
        role text not null,
        created timestamptz(3) not null default now(),
        modified timestamptz(3) not null default now(),
        constraint pk_organization_members primary key (organization_id, subject),
        constraint fk_organization_members_organization_id foreign key (organization_id) references organizations (id),
        constraint ck_organization_members_role check (role in ('viewer', 'developer', 'admin')),
        constraint ck_organization_members_subject check (char_length(subject) between 1 and 255)
      )`);
    await queryRunner.query(`create index ix_organization_members_subject on organization_members (subject)`);

    await queryRunner.query(`
      create table oauth_clients (
        id uuid not null,
        organization_id uuid not null,
        project_id uuid not null,
        client_id uuid not null,
        name text not null,
        description text,
        redirect_uris text[] not null,
        grant_types text[] not null,
        scopes text[] not null,
        token_endpoint_auth_method text not null,
        pkce_required boolean not null,
        pkce_challenge_method text,
        trusted boolean not null,
        enabled boolean not null,
        created timestamptz(3) not null,
        modified timestamptz(3) not null,
        created_by jsonb not null,
        modified_by jsonb not null,
        deleted_at timestamptz(3),
        revision integer not null,
        synced_revision integer not null default 0,
        synced_at timestamptz(3),
        sync_attempts integer not null default 0,
        sync_due_at timestamptz(3),
        sync_problem jsonb,
        lease_token uuid,
        lease_expires_at timestamptz(3),
        constraint pk_oauth_clients primary key (id),
        constraint uq_oauth_clients_client_id unique (client_id),
        constraint fk_oauth_clients_project_id_organization_id
          foreign key (project_id, organization_id) references projects (id, organization_id),
        constraint ck_oauth_clients_name check (char_length(name) between 1 and 128),
        constraint ck_oauth_clients_description check (char_length(description) between 1 and 1024),
        constraint ck_oauth_clients_redirect_uris check (cardinality(redirect_uris) <= 50),
        constraint ck_oauth_clients_scopes check (cardinality(scopes) <= 100),
        constraint ck_oauth_clients_grant_types check (
          grant_types <@ '{authorization_code,client_credentials,refresh_token,implicit}' and cardinality(grant_types) > 0
        ),
        constraint ck_oauth_clients_token_endpoint_auth_method check (
          token_endpoint_auth_method in ('client_secret_basic', 'client_secret_post', 'none')
        ),
        constraint ck_oauth_clients_pkce_challenge_method check (pkce_challenge_method in ('S256', 'plain')),
        constraint ck_oauth_clients_pkce check (pkce_required = (pkce_challenge_method is not null)),
        constraint ck_oauth_clients_revision check (revision >= 1 and synced_revision between 0 and revision)
      )`);
    await queryRunner.query(
      `create index ix_oauth_clients_project_id_id on oauth_clients (project_id, id desc) where deleted_at is null`,
    );
    await queryRunner.query(
      `create index ix_oauth_clients_unsynced on oauth_clients (sync_due_at nulls first, id) where synced_revision < revision`,
    );

    await queryRunner.query(`
      create table oauth_client_secrets (
        id uuid not null,
        oauth_client_id uuid not null,
        hash bytea not null,
        last_four text not null,
        created timestamptz(3) not null,
        created_by jsonb not null,
        expires_at timestamptz(3),
        revoked_at timestamptz(3),
        last_used_at timestamptz(3),
        sealed bytea,
        constraint pk_oauth_client_secrets primary key (id),
        constraint fk_oauth_client_secrets_oauth_client_id foreign key (oauth_client_id) references oauth_clients (id),
        constraint ck_oauth_client_secrets_hash check (octet_length(hash) = 32)
      )`);
    await queryRunner.query(
      `create index ix_oauth_client_secrets_alive on oauth_client_secrets (oauth_client_id) where revoked_at is null`,
    );

    await queryRunner.query(`
      create table audit_events (
        id uuid not null,
        organization_id uuid not null,
        project_id uuid,
        oauth_client_id uuid,
        actor jsonb not null,
        action text not null,
        changes jsonb not null,
        request_id text not null,
        revision integer,
        created timestamptz(3) not null default now(),
        constraint pk_audit_events primary key (id),
        constraint fk_audit_events_organization_id foreign key (organization_id) references organizations (id)
      )`);
    await queryRunner.query(
      `create index ix_audit_events_organization_id_id on audit_events (organization_id, id)`,
    );
    await queryRunner.query(`
      create function audit_events_are_append_only() returns trigger language plpgsql as
      $$ begin raise exception 'audit events are append-only' using errcode = 'restrict_violation'; end $$`);
    await queryRunner.query(`
      create trigger tr_audit_events_append_only before update or delete on audit_events
      for each row execute function audit_events_are_append_only()`);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`drop table audit_events`);
    await queryRunner.query(`drop function audit_events_are_append_only`);
    await queryRunner.query(`drop table oauth_client_secrets`);
    await queryRunner.query(`drop table oauth_clients`);
    await queryRunner.query(`drop table organization_members`);
    await queryRunner.query(`drop table projects`);
    await queryRunner.query(`drop table organizations`);
  }
}
