import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { Organization } from '../tenants/organization.entity.js';
import type { ActorRecord } from './actor-record.js';

export type AuditAction =
  | 'organization.created'
  | 'organization.updated'
  | 'organization.deleted'
  | 'project.created'
  | 'project.updated'
  | 'project.deleted'
  | 'member.added'
  | 'member.updated'
  | 'member.removed'
  | 'oauth_client.created'
  | 'oauth_client.imported'
  | 'oauth_client.updated'
  | 'oauth_client.secret_rotated'
  | 'oauth_client.deleted';

/** What changed, by member of the representation. Never holds a secret. */
export type AuditChanges = Record<string, { from: unknown; to: unknown }>;

/** Written in the transaction of what it records. A trigger refuses to change or delete one. */
@Entity('audit_events')
@Index('ix_audit_events_organization_id_id', ['organizationId', 'id'])
export class AuditEvent {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_audit_events' })
  id: string;

  @Column('uuid', { name: 'organization_id' })
  organizationId: string;

  @ManyToOne(() => Organization)
  @JoinColumn({ name: 'organization_id', foreignKeyConstraintName: 'fk_audit_events_organization_id' })
  organization?: Relation<Organization>;

  @Column('uuid', { name: 'project_id', nullable: true })
  projectId: string | null;

  /** No foreign key: the record outlives what it is about. */
  @Column('uuid', { name: 'oauth_client_id', nullable: true })
  oauthClientId: string | null;

  @Column('jsonb')
  actor: ActorRecord;

  @Column('text')
  action: AuditAction;

  @Column('jsonb')
  changes: AuditChanges;

  @Column('text', { name: 'request_id' })
  requestId: string;

  /** The revision of the client that the change made. */
  @Column('integer', { nullable: true })
  revision: number | null;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  created: Date;
}
