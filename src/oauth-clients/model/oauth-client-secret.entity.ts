import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { ActorRecord } from '../../audit/actor-record.js';
import { OAuthClient } from './oauth-client.entity.js';

/** One secret of a client. Only its hash is kept: the clear text exists in the one answer that made it. */
@Entity('oauth_client_secrets')
@Index('ix_oauth_client_secrets_alive', { synchronize: false })
@Index('ix_oauth_client_secrets_sealed', { synchronize: false })
@Check('ck_oauth_client_secrets_hash', `octet_length(hash) = 32`)
export class OAuthClientSecret {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_oauth_client_secrets' })
  id: string;

  @Column('uuid', { name: 'oauth_client_id' })
  oauthClientId: string;

  @ManyToOne(() => OAuthClient)
  @JoinColumn({
    name: 'oauth_client_id',
    foreignKeyConstraintName: 'fk_oauth_client_secrets_oauth_client_id',
  })
  oauthClient?: Relation<OAuthClient>;

  /**
   * SHA-256 of the secret: enough for 256 random bits, which nobody can guess at any speed. Null for one that was imported
   * with its client: only the authorization server knows it.
   */
  @Column('bytea', { nullable: true })
  hash: Buffer | null;

  /** Lets an owner recognise the secret without knowing it. Null where nobody here has ever seen it. */
  @Column('text', { name: 'last_four', nullable: true })
  lastFour: string | null;

  @Column({ type: 'timestamptz', precision: 3 })
  created: Date;

  @Column('jsonb', { name: 'created_by' })
  createdBy: ActorRecord;

  @Column({ type: 'timestamptz', name: 'expires_at', precision: 3, nullable: true })
  expiresAt: Date | null;

  @Column({ type: 'timestamptz', name: 'revoked_at', precision: 3, nullable: true })
  revokedAt: Date | null;

  @Column({ type: 'timestamptz', name: 'last_used_at', precision: 3, nullable: true })
  lastUsedAt: Date | null;

  /** The encrypted clear text, until an authorization server that keeps its own copy has it. */
  @Column('bytea', { nullable: true })
  sealed: Buffer | null;
}
