import { Check, Column, Entity, Index, PrimaryColumn } from 'typeorm';

const PRIMARY_KEY = 'pk_authorization_server_artifacts';

/** A session, interaction, grant, authorization code or refresh token of the embedded authorization server. */
@Entity('authorization_server_artifacts')
@Check('ck_authorization_server_artifacts_id', `octet_length(id) = 32`)
export class Artifact {
  /** What it is, by oidc-provider's name for it. */
  @PrimaryColumn('text', { primaryKeyConstraintName: PRIMARY_KEY })
  model: string;

  /** SHA-256 of what its holder presents, so that a copy of the table signs nobody in. */
  @PrimaryColumn('bytea', { primaryKeyConstraintName: PRIMARY_KEY })
  id: Buffer;

  /**
   * What oidc-provider stores, without the ids of which only hashes are kept. Not jsonb, which refuses the NUL that a
   * caller may put into `state`.
   */
  @Column('json')
  payload: object;

  @Index('ix_authorization_server_artifacts_client_id')
  @Column({ type: 'text', collation: 'C', nullable: true })
  client_id: string | null;

  @Index('ix_authorization_server_artifacts_grant_id')
  @Column('text', { nullable: true })
  grant_id: string | null;

  /** The name of a session that others refer to it by; unlike its id it gives no access. */
  @Index('ix_authorization_server_artifacts_uid')
  @Column('text', { nullable: true })
  uid: string | null;

  @Index('ix_authorization_server_artifacts_expires_at')
  @Column({ type: 'timestamptz', precision: 3 })
  expires_at: Date;

  /** A used code or refresh token stays until it expires, so that a second use is noticed. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  consumed_at: Date | null;
}
