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

  @Column('uuid')
  oauth_client_id: string;

  @ManyToOne(() => OAuthClient)
  @JoinColumn({
    name: 'oauth_client_id',
    foreignKeyConstraintName: 'fk_oauth_client_secrets_oauth_client_id',
  })
  oauth_client?: Relation<OAuthClient>;

  /**
   * SHA-256 of the secret: enough for 256 random bits, which nobody can guess at any speed. Null for one that was imported
   * with its client: only the authorization server knows it.
   */
  @Column('bytea', { nullable: true })
  hash: Buffer | null;

  /** Lets an owner recognise the secret without knowing it. Null where nobody here has ever seen it. */
  @Column('text', { nullable: true })
  last_four: string | null;

  @Column({ type: 'timestamptz', precision: 3 })
  created: Date;

  @Column('jsonb')
  created_by: ActorRecord;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  expires_at: Date | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  revoked_at: Date | null;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  last_used_at: Date | null;

  /** The encrypted clear text, until an authorization server that keeps its own copy has it. */
  @Column('bytea', { nullable: true })
  sealed: Buffer | null;
}
