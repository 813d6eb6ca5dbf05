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
import { lengthCheck } from './limits.js';
import { Organization } from './organization.entity.js';

/** The part of an organization that owns OAuth clients. */
@Entity('projects')
@Unique('uq_projects_id_organization_id', ['id', 'organization_id'])
@Index('ix_projects_organization_id_id', { synchronize: false })
@Check('ck_projects_name', lengthCheck('name'))
export class Project {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_projects' })
  id: string;

  @Column('uuid')
  organization_id: string;

  @ManyToOne(() => Organization)
  @JoinColumn({ name: 'organization_id', foreignKeyConstraintName: 'fk_projects_organization_id' })
  organization?: Relation<Organization>;

  @Column('text')
  name: string;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  created: Date;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  modified: Date;

  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  deleted_at: Date | null;
}

/** A project as statements read it: without the organization that TypeORM could load with it. */
export type LoadedProject = Omit<Project, 'organization'>;
