import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import { lengthCheck } from './limits.js';

/** A tenant. A deleted one answers 404 everywhere and keeps its id reserved forever. */
@Entity('organizations')
@Check('ck_organizations_name', lengthCheck('name'))
export class Organization {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_organizations' })
  id: string;

  @Column('text')
  name: string;

  /** Whether its admins may mark clients as trusted: those skip consent for every user of the authorization server. */
  @Column('boolean', { default: false })
  trusted_clients_allowed: boolean;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  created: Date;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  modified: Date;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  deleted_at: Date | null;
}
