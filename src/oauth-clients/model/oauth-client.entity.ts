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
import type {
  GrantType,
  PkceChallengeMethod,
  SyncProblem,
  TokenEndpointAuthMethod,
} from './oauth-client.vocabulary.js';

/** A registered OAuth client: what its owner set, who did, and how far the authorization server has followed. */
@Entity('oauth_clients')
@Unique('uq_oauth_clients_client_id', ['clientId'])
@Index('ix_oauth_clients_project_id_id', { synchronize: false })
@Index('ix_oauth_clients_unsynced', { synchronize: false })
@Index('ix_oauth_clients_to_erase', { synchronize: false })
@Check('ck_oauth_clients_name', `char_length(name) between 1 and 128`)
@Check('ck_oauth_clients_description', `char_length(description) between 1 and 1024`)
@Check('ck_oauth_clients_redirect_uris', `cardinality(redirect_uris) <= 50`)
@Check('ck_oauth_clients_scopes', `cardinality(scopes) <= 100`)
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
@Check('ck_oauth_clients_revision', `revision >= 1 and synced_revision between 0 and revision`)
export class OAuthClient {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_oauth_clients' })
  id: string;

  @Column('uuid', { name: 'organization_id' })
  organizationId: string;

  @Column('uuid', { name: 'project_id' })
  projectId: string;

  @ManyToOne(() => Project)
  @JoinColumn([
    {
      name: 'project_id',
      referencedColumnName: 'id',
      foreignKeyConstraintName: 'fk_oauth_clients_project_id_organization_id',
    },
    {
      name: 'organization_id',
      referencedColumnName: 'organizationId',
      foreignKeyConstraintName: 'fk_oauth_clients_project_id_organization_id',
    },
  ])
  project?: Relation<Project>;

  /** What the authorization server knows the client by. */
  @Column('uuid', { name: 'client_id' })
  clientId: string;

  @Column('text')
  name: string;

  @Column('text', { nullable: true })
  description: string | null;

  @Column('text', { name: 'redirect_uris', array: true })
  redirectUris: string[];

  @Column('text', { name: 'grant_types', array: true })
  grantTypes: GrantType[];

  @Column('text', { array: true })
  scopes: string[];

  @Column('text', { name: 'token_endpoint_auth_method' })
  tokenEndpointAuthMethod: TokenEndpointAuthMethod;

  @Column('boolean', { name: 'pkce_required' })
  pkceRequired: boolean;

  @Column('text', { name: 'pkce_challenge_method', nullable: true })
  pkceChallengeMethod: PkceChallengeMethod | null;

  @Column('boolean')
  trusted: boolean;

  @Column('boolean')
  enabled: boolean;

  @Column({ type: 'timestamptz', precision: 3 })
  created: Date;

  @Column({ type: 'timestamptz', precision: 3 })
  modified: Date;

  @Column('jsonb', { name: 'created_by', select: false })
  createdBy: ActorRecord;

  @Column('jsonb', { name: 'modified_by', select: false })
  modifiedBy: ActorRecord;

  @Column({ type: 'timestamptz', name: 'deleted_at', select: false, precision: 3, nullable: true })
  deletedAt: Date | null;

  /** When what a deleted client said was forgotten; its ids stay. */
  @Column({ type: 'timestamptz', name: 'erased_at', select: false, precision: 3, nullable: true })
  erasedAt: Date | null;

  /** Counts the states this client has had, from 1. Every change but a no-op raises it. */
  @Column('integer')
  revision: number;

  /** The revision the authorization server is known to have. */
  @Column('integer', { name: 'synced_revision', default: 0 })
  syncedRevision: number;

  @Column({ type: 'timestamptz', name: 'synced_at', select: false, precision: 3, nullable: true })
  syncedAt: Date | null;

  /** Failed attempts in a row to bring the authorization server to this revision. */
  @Column('integer', { name: 'sync_attempts', select: false, default: 0 })
  syncAttempts: number;

  /** Not to be tried before; null is at once. */
  @Column({ type: 'timestamptz', name: 'sync_due_at', select: false, precision: 3, nullable: true })
  syncDueAt: Date | null;

  /** When an attempt whose effect is unknown can no longer have one, so that it is time to look. Null: all is known. */
  @Column({ type: 'timestamptz', name: 'sync_verify_at', select: false, precision: 3, nullable: true })
  syncVerifyAt: Date | null;

  /** When the authorization server was found not to have what it once had. Null: at most a change is missing there. */
  @Column({ type: 'timestamptz', name: 'drifted_at', select: false, precision: 3, nullable: true })
  driftedAt: Date | null;

  /** Why the authorization server is not as the owner wants it, in words for the owner. */
  @Column('jsonb', { name: 'sync_problem', nullable: true })
  syncProblem: SyncProblem | null;

  /** Names the one sync attempt that may report back. */
  @Column('uuid', { name: 'lease_token', select: false, nullable: true })
  leaseToken: string | null;

  @Column({ type: 'timestamptz', name: 'lease_expires_at', select: false, precision: 3, nullable: true })
  leaseExpiresAt: Date | null;
}

/** A client as the request path loads it: without what only audits and the sync look at. */
export type LoadedOAuthClient = Omit<
  OAuthClient,
  | 'project'
  | 'createdBy'
  | 'modifiedBy'
  | 'deletedAt'
  | 'erasedAt'
  | 'syncedAt'
  | 'syncAttempts'
  | 'syncDueAt'
  | 'syncVerifyAt'
  | 'driftedAt'
  | 'leaseToken'
  | 'leaseExpiresAt'
>;
