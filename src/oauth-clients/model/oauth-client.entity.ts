import {
  Check,
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  Unique,
  type Relation,
} from 'typeorm';
import type { ActorRecord } from '../../audit/actor-record.js';
import { Project } from '../../tenants/project.entity.js';
import { MAX_FOLDED_NAME } from './folded-name.js';
import { ClientSettings } from './members.js';
import { LIMITS } from './oauth-client.limits.js';
import type { Doubt, ServerMode, SyncProblem } from './oauth-client.vocabulary.js';

/** A registered OAuth client: what its owner set, who did, and how far the authorization server has followed. */
@Entity('oauth_clients')
@Unique('uq_oauth_clients_client_id', ['client_id'])
@Index('ix_oauth_clients_project_id_id', { synchronize: false })
@Index('ix_oauth_clients_project_id_name_folded_id', { synchronize: false })
@Index('ix_oauth_clients_to_fold', { synchronize: false })
@Index('ix_oauth_clients_unsynced', { synchronize: false })
@Index('ix_oauth_clients_to_erase', { synchronize: false })
@Index('ix_oauth_clients_client_id_in_lower_case', { synchronize: false })
@Check('ck_oauth_clients_client_id', `client_id ~ '^[A-Za-z0-9_.~:/@+-]+$' and char_length(client_id) <= 255`)
@Check('ck_oauth_clients_name', `char_length(name) between 1 and ${LIMITS.name}`)
@Check('ck_oauth_clients_name_folded', `char_length(name_folded) <= ${MAX_FOLDED_NAME}`)
@Check('ck_oauth_clients_description', `char_length(description) between 1 and ${LIMITS.description}`)
@Check('ck_oauth_clients_redirect_uris', `cardinality(redirect_uris) <= ${LIMITS.redirect_uris}`)
@Check('ck_oauth_clients_scopes', `cardinality(scopes) <= ${LIMITS.scopes}`)
@Check(
  'ck_oauth_clients_grant_types',
  `grant_types <@ '{authorization_code,client_credentials,refresh_token,implicit}' and cardinality(grant_types) > 0`,
)
@Check(
  'ck_oauth_clients_token_endpoint_auth_method',
  `token_endpoint_auth_method in ('client_secret_basic', 'client_secret_post', 'none')`,
)
@Check('ck_oauth_clients_pkce_challenge_method', `pkce_challenge_method in ('S256', 'plain')`)
@Check('ck_oauth_clients_pkce', `pkce_required = (pkce_challenge_method is not null)`)
@Check('ck_oauth_clients_doubt', `doubt in ('raised', 'held', 'accepted')`)
@Check(
  'ck_oauth_clients_server_mode',
  `server_mode in ('direct', 'gate') and (server_key is not null) = (server_mode = 'gate')`,
)
@Check(
  'ck_oauth_clients_previous_mode',
  `previous_mode in ('direct', 'gate') and (previous_key is not null) = (previous_mode is not distinct from 'gate')`,
)
@Check('ck_oauth_clients_revision', `revision >= 1 and synced_revision between 0 and revision`)
export class OAuthClient extends ClientSettings {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_oauth_clients' })
  id: string;

  @Column('uuid')
  organization_id: string;

  @Column('uuid')
  project_id: string;

  @ManyToOne(() => Project)
  @JoinColumn([
    {
      name: 'project_id',
      referencedColumnName: 'id',
      foreignKeyConstraintName: 'fk_oauth_clients_project_id_organization_id',
    },
    {
      name: 'organization_id',
      referencedColumnName: 'organization_id',
      foreignKeyConstraintName: 'fk_oauth_clients_project_id_organization_id',
    },
  ])
  project?: Relation<Project>;

  /** What the authorization server knows the client by: a UUID, unless the client was imported with an id of another form. */
  @Column({ type: 'text', collation: 'C' })
  client_id: string;

  /** What lists are searched and sorted by (`foldedName`). Empty while only a process of an older version has written the name. */
  @Column({ type: 'text', collation: 'C', select: false, default: '' })
  name_folded: string;

  @Column({ type: 'timestamptz', precision: 3 })
  created: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  modified: Date;

  /** When one of its secrets was last used, as far as that is known: a copy of what the secrets say, which outlives them. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  last_used_at: Date | null;

  /** When the next of its secrets that work expires: a copy of what the secrets say. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  secrets_expire_at: Date | null;

  /** When somebody was refused who named this client and did not have a secret that works. To the minute. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  last_refused_at: Date | null;

  @Column('jsonb', { select: false })
  created_by: ActorRecord;

  @Column('jsonb', { select: false })
  modified_by: ActorRecord;

  @Column({ type: 'timestamptz', select: false, precision: 3, nullable: true })
  deleted_at: Date | null;

  /** When what a deleted client said was forgotten; its ids stay. */
  @Column({ type: 'timestamptz', select: false, precision: 3, nullable: true })
  erased_at: Date | null;

  /** Counts the states this client has had, from 1. Every change but a no-op raises it. */
  @Column('integer')
  revision: number;

  /** The revision the authorization server is known to have. */
  @Column('integer', { default: 0 })
  synced_revision: number;

  @Column({ type: 'timestamptz', select: false, precision: 3, nullable: true })
  synced_at: Date | null;

  /** Failed attempts in a row to bring the authorization server to this revision. */
  @Column('integer', { select: false, default: 0 })
  sync_attempts: number;

  /** How urgent it is to bring the authorization server to this revision, by `SYNC_PRIORITIES`: 0 is the most urgent. */
  @Column('smallint', { select: false, default: 1 })
  sync_priority: number;

  /** The next attempt is not made before. Null: it may be made at once. */
  @Column({ type: 'timestamptz', select: false, precision: 3, nullable: true })
  sync_due_at: Date | null;

  /** When an attempt whose effect is unknown can no longer have one, so that it is time to look. Null: all is known. */
  @Column({ type: 'timestamptz', select: false, precision: 3, nullable: true })
  sync_verify_at: Date | null;

  /** Since when the authorization server lacks more than the change of `modified`: it lost something, or the organization changed. */
  @Column({ type: 'timestamptz', select: false, precision: 3, nullable: true })
  drifted_at: Date | null;

  /** Why the authorization server is not as the owner wants it, in words for the owner. */
  @Column('jsonb', { nullable: true })
  sync_problem: SyncProblem | null;

  /** Tokens, codes and grants that were issued before this count no longer. Null: all that was issued counts. */
  @Column({ type: 'timestamptz', select: false, precision: 3, nullable: true })
  tokens_ended_at: Date | null;

  /** The same, for those that nobody consented to, because the client was trusted. Hydra cannot tell these: there all end. */
  @Column({ type: 'timestamptz', select: false, precision: 3, nullable: true })
  trust_ended_at: Date | null;

  /** What the authorization server had, when last seen, beside what the registry manages: for when it is lost there. */
  @Column('jsonb', { select: false, nullable: true })
  unmanaged: object | null;

  /** Whose it was in Hydra before it was imported, '' for nobody's. Null: it was not imported. */
  @Column('text', { select: false, nullable: true })
  imported_owner: string | null;

  /** When the authorization server says that its client was made. Null: not known. */
  @Column({ type: 'timestamptz', select: false, precision: 3, nullable: true })
  server_created_at: Date | null;

  /** When the authorization server says that its client was last written. Null: not known. */
  @Column({ type: 'timestamptz', select: false, precision: 3, nullable: true })
  server_updated_at: Date | null;

  /** The authorization server's client is not the one that this registry left there. */
  @Column('text', { select: false, nullable: true })
  doubt: Doubt | null;

  /** With which credential the authorization server is to know the client. */
  @Column('text', { default: 'direct' })
  server_mode: ServerMode;

  /** The key that the internal credential is derived from; null in mode `direct`. */
  @Column('text', { select: false, nullable: true })
  server_key: string | null;

  /** The mode, and the key, before the last move to another; null for a client that was never moved. */
  @Column('text', { select: false, nullable: true })
  previous_mode: ServerMode | null;

  @Column('text', { select: false, nullable: true })
  previous_key: string | null;

  /** Whether the authorization server may still know the client by the previous credential. */
  @Column('boolean', { select: false, default: false })
  moving: boolean;

  /** Members of the server's client that the registry sets for some clients only, and has set for this one. Null: not known. */
  @Column('text', { select: false, array: true, nullable: true })
  server_sets: string[] | null;

  /** Names the one sync attempt that may report back. */
  @Column('uuid', { select: false, nullable: true })
  lease_token: string | null;

  @Column({ type: 'timestamptz', select: false, precision: 3, nullable: true })
  lease_expires_at: Date | null;
}

/** A client as the request path loads it: without what only audits and the sync look at. */
export type LoadedOAuthClient = Omit<
  OAuthClient,
  | 'project'
  | 'name_folded'
  | 'created_by'
  | 'modified_by'
  | 'deleted_at'
  | 'erased_at'
  | 'synced_at'
  | 'sync_attempts'
  | 'sync_priority'
  | 'sync_due_at'
  | 'sync_verify_at'
  | 'drifted_at'
  | 'tokens_ended_at'
  | 'trust_ended_at'
  | 'unmanaged'
  | 'imported_owner'
  | 'server_created_at'
  | 'server_updated_at'
  | 'doubt'
  | 'server_key'
  | 'previous_mode'
  | 'previous_key'
  | 'moving'
  | 'server_sets'
  | 'lease_token'
  | 'lease_expires_at'
>;
