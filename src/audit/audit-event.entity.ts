import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { ActorRecord } from './actor-record.js';

/**
 * What an event can record, by the kind of thing that it happened to. In events of secrets, `changes` has the members of
 * the secret.
 */
export const AUDIT_ACTIONS = [
  'organization.created',
  'organization.updated',
  'organization.deleted',
  'project.created',
  'project.updated',
  'project.deleted',
  'member.added',
  'member.updated',
  'member.removed',
  'oauth_client.created',
  'oauth_client.imported',
  'oauth_client.updated',
  'oauth_client.trust_changed',
  'oauth_client.secret_created',
  'oauth_client.secret_changed',
  'oauth_client.secret_revoked',
  'oauth_client.secret_expired',
  // The former name of `secret_created`, in events from before secrets could overlap.
  'oauth_client.secret_rotated',
  'oauth_client.restore_accepted',
  'oauth_client.tokens_ended',
  'oauth_client.deleted',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** Of a list, what was added and removed; of any other member, both values. */
export type AuditChange =
  | { readonly from: unknown; readonly to: unknown }
  | { readonly added: readonly unknown[]; readonly removed: readonly unknown[] }
  | typeof ERASED_CHANGE;

/**
 * Stands in place of a change that told something of a client which was erased since. That the member changed is still
 * told.
 */
export const ERASED_CHANGE = { erased: true } as const;

/** What changed, by member of the representation. Never holds a secret. */
export type AuditChanges = Record<string, AuditChange>;

/**
 * Written in the transaction of what it records. A trigger refuses every update but the erasure (`erased-changes.ts`),
 * and every deletion before the event's time is over (`AuditRetention`).
 */
@Entity('audit_events')
@Index('ix_audit_events_organization_id_created_id', ['organization_id', 'created', 'id'])
@Index('ix_audit_events_project_id_created_id', ['project_id', 'created', 'id'])
@Index('ix_audit_events_oauth_client_id_created_id', { synchronize: false })
@Index('ix_audit_events_of_tenants', { synchronize: false })
export class AuditEvent {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_audit_events' })
  id: string;

  /**
   * No foreign key, as for what follows: the record outlives what it is about. The lock that PostgreSQL takes for one would make
   * all who write in an organization share a row.
   */
  @Column('uuid')
  organization_id: string;

  @Column('uuid', { nullable: true })
  project_id: string | null;

  @Column('uuid', { nullable: true })
  oauth_client_id: string | null;

  /** The secret that was made, changed or ended. */
  @Column('uuid', { nullable: true })
  secret_id: string | null;

  @Column('jsonb')
  actor: ActorRecord;

  @Column('text')
  action: AuditAction;

  @Column('jsonb')
  changes: AuditChanges;

  @Column('text')
  request_id: string;

  /** The revision of the client that the change made. */
  @Column('integer', { nullable: true })
  revision: number | null;

  @Column({ type: 'timestamptz', precision: 3, default: () => 'now()' })
  created: Date;
}
