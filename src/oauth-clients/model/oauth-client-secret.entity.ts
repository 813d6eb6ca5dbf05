import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import type { ActorRecord } from '../../audit/actor-record.js';
import { OAuthClient } from './oauth-client.entity.js';
import { SECRET_LIMITS } from './oauth-client.limits.js';

/** One secret of a client. Its hash is kept, and for a while its encrypted text (`sealed`); in clear it is in one answer only. */
@Entity('oauth_client_secrets')
@Index('ix_oauth_client_secrets_alive', { synchronize: false })
@Index('ix_oauth_client_secrets_sealed', { synchronize: false })
@Index('ix_oauth_client_secrets_oauth_client_id', ['oauth_client_id'])
@Index('ix_oauth_client_secrets_expiring', { synchronize: false })
@Check('ck_oauth_client_secrets_hash', `octet_length(hash) = 32`)
@Check('ck_oauth_client_secrets_scrypt', `octet_length(scrypt) = 49`)
@Check('ck_oauth_client_secrets_name', `char_length(name) between 1 and ${SECRET_LIMITS.name}`)
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
   * with its client.
   */
  @Column('bytea', { nullable: true })
  hash: Buffer | null;

  /**
   * The salted and slow hash of an imported secret, which a person may have chosen: kept once the token gate has seen it. While
   * both hashes are null, only the authorization server knows the secret.
   */
  @Column('bytea', { nullable: true })
  scrypt: Buffer | null;

  /** Lets an owner recognise the secret without knowing it. Null where nobody here has ever seen it. */
  @Column('text', { nullable: true })
  last_four: string | null;

  @Column({ type: 'timestamptz', precision: 3 })
  created: Date;

  @Column('jsonb')
  created_by: ActorRecord;

  /** For people: what the secret is for. */
  @Column('text', { nullable: true })
  name: string | null;

  /** When it expires, by the database's clock. Null: it works until somebody ends it. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  expires_at: Date | null;

  /** Since when it is not the client's newest any more, although it may still work for a while. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  retired_at: Date | null;

  /** When it ended: by somebody, or at `expires_at`, once that is in the audit log. Null: it works unless it has expired. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  revoked_at: Date | null;

  /** Whether it ended because the authorization server never had it, or has lost it. */
  @Column('boolean', { default: false })
  lost: boolean;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  last_used_at: Date | null;

  /** The encrypted clear text, until an authorization server that keeps its own copy has it. */
  @Column('bytea', { nullable: true })
  sealed: Buffer | null;
}
