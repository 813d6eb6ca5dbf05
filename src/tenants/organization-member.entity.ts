import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { lengthCheck } from './limits.js';
import { Organization } from './organization.entity.js';
import type { Role } from './role.js';

/** What a person may do in an organization. */
@Entity('organization_members')
@Index('ix_organization_members_subject', ['subject'])
@Check('ck_organization_members_role', `role in ('viewer', 'developer', 'admin')`)
@Check('ck_organization_members_subject', lengthCheck('subject'))
export class OrganizationMember {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_organization_members' })
  organization_id: string;

  /** The `sub` of the person's tokens: the Kratos identity id, in Kratos and Hydra tokens alike. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'pk_organization_members' })
  subject: string;

  @ManyToOne(() => Organization)
  @JoinColumn({
    name: 'organization_id',
    foreignKeyConstraintName: 'fk_organization_members_organization_id',
  })
  organization?: Relation<Organization>;

  @Column('text')
  role: Role;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  created: Date;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  modified: Date;
}

/** A member as statements read it: without the organization that TypeORM could load with it. */
export type LoadedMember = Omit<OrganizationMember, 'organization'>;
