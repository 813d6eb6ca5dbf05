import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

/**
 * The answer to a call that was made with an `Idempotency-Key`, written with what the call did: either both are there or
 * neither is. Kept for 24 hours.
 */
@Entity('idempotency_keys')
@Index('ix_idempotency_keys_created', ['created'])
@Index('ix_idempotency_keys_sealed_created', { synchronize: false })
@Index('ix_idempotency_keys_sealed_oauth_client_id', { synchronize: false })
@Index('ix_idempotency_keys_sealed_secret_id', { synchronize: false })
@Check('ck_idempotency_keys_id', `octet_length(id) = 32`)
@Check('ck_idempotency_keys_body_hash', `octet_length(body_hash) = 32`)
export class IdempotencyKey {
  /** SHA-256 of who called, the path and the key: a key of somebody else, or of another path, is another one. */
  @PrimaryColumn('bytea', { primaryKeyConstraintName: 'pk_idempotency_keys' })
  id: Buffer;

  /** SHA-256 of the body as it was understood. */
  @Column('bytea')
  body_hash: Buffer;

  /** The client that the call made or changed. Like the secret, it is no foreign key: both may be gone before this row is. */
  @Column('uuid')
  oauth_client_id: string;

  @Column('uuid', { nullable: true })
  secret_id: string | null;

  /** The row of the client as the call left it. */
  @Column('jsonb')
  answer: object;

  /** The live secrets of the client after the call (`LiveSecretFacts`). Null: it is a public client. */
  @Column('jsonb', { nullable: true })
  live_secrets: object | null;

  /** The encrypted secret that the answer shows: erased after 10 minutes, or once the secret ends. */
  @Column('bytea', { nullable: true })
  sealed: Buffer | null;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  created: Date;
}
