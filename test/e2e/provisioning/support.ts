import type pg from 'pg';

export interface StoredEvent {
  readonly action: string;
  readonly project_id: string | null;
  readonly oauth_client_id: string | null;
  readonly revision: number | null;
  readonly changes: Record<string, { from: unknown; to: unknown }>;
  readonly actor: Record<string, unknown>;
  readonly request_id: string;
}

/** The audit events of an organization, oldest first. */
export async function eventsOf(database: pg.Pool, organizationId: string): Promise<StoredEvent[]> {
  const { rows } = await database.query<StoredEvent>(
    `select action, project_id, oauth_client_id, revision, changes, actor, request_id
     from audit_events where organization_id = $1 order by id`,
    [organizationId],
  );
  return rows;
}
