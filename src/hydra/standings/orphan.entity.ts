import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * A client in Hydra with the mark of this registry, which has lost it. The comparison of all of Hydra notes it for every
 * process, so that nobody gets tokens by rules that nobody knows any more.
 */
@Entity('authorization_server_orphans')
export class Orphan {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_authorization_server_orphans' })
  client_id: string;

  /** When it was seen last. */
  @Column({ type: 'timestamptz', precision: 3 })
  found_at: Date;
}
