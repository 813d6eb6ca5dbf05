import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import pg from 'pg';
import { v7 } from 'uuid';
import { Refusal } from './floor-shapes.mjs';

const MAX_ATTEMPTS = 10;

/** One read that also says who may, and one write guarded by the revision that was read. */
export class FloorClients {
  #pool;
  #firstPartyClientId;

  constructor({ databaseUrl, poolSize, firstPartyClientId }) {
    this.#pool = new pg.Pool({ connectionString: databaseUrl, max: poolSize });
    this.#firstPartyClientId = firstPartyClientId;
  }

  async get(actor, { organization, project, id }) {
    const values = [organization, project, actor.subject, actor.clientId, id];
    const { rows } = await this.#pool.query({ name: 'read', text: READ, values });
    const [row] = rows;
    const mayAct = row?.token_client_is_here || actor.clientId === this.#firstPartyClientId;
    if (row === undefined || !mayAct) throw new Refusal(404);
    if (!actor.scopes.has('oauth_clients:read')) throw new Refusal(403);
    return row;
  }

  async change(actor, place, patch) {
    for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      const stored = await this.get(actor, place);
      if (!actor.scopes.has('oauth_clients:write') || stored.role === 'viewer') throw new Refusal(403);
      const changes = changesBetween(stored, patch);
      if (Object.keys(changes).length === 0) return stored;
      const changed = await this.#write(actor, stored, { ...stored, ...patch }, changes);
      if (changed) return changed;
    }
    throw new Refusal(409);
  }

  async #write(actor, { id, project_id, revision }, next, changes) {
    const { name, description, redirect_uris, scopes, enabled } = next;
    const settings = [name, description || null, redirect_uris, scopes, enabled];
    const event = [actor.record, v7(), JSON.stringify(changes), randomUUID()];
    const values = [id, project_id, revision, ...settings, ...event];
    const { rows } = await this.#pool.query({ name: 'write', text: WRITE, values });
    return rows[0];
  }
}

const changesBetween = (stored, patch) =>
  Object.fromEntries(
    Object.entries(patch)
      .filter(([name, to]) => !isDeepStrictEqual(stored[name], to))
      .map(([name, to]) => [name, { from: stored[name], to }]),
  );

const COLUMNS = `
  c.id, c.client_id, c.project_id, c.created, c.modified, c.name, c.description, c.redirect_uris, c.grant_types,
  c.scopes, c.trusted, c.enabled, c.token_endpoint_auth_method, c.pkce_required, c.pkce_challenge_method,
  c.revision, c.synced_revision, c.sync_problem`;

const READ = `
  select m.role, t.id is not null as token_client_is_here, ${COLUMNS}
  from projects p
  join organizations o on o.id = p.organization_id and o.deleted_at is null
  join organization_members m on m.organization_id = p.organization_id and m.subject = $3
  join oauth_clients c on c.id = $5 and c.project_id = p.id and c.deleted_at is null
  left join oauth_clients t on t.client_id = $4 and t.project_id = p.id and t.enabled and t.deleted_at is null
  where p.id = $2 and p.organization_id = $1 and p.deleted_at is null`;

const WRITE = `
  with written as (
    update oauth_clients c set
      name = $4, description = $5, redirect_uris = $6, scopes = $7, enabled = $8,
      modified = now(), modified_by = $9::jsonb,
      revision = c.revision + 1, synced_revision = c.revision + 1, synced_at = now(), sync_problem = null
    where c.id = $1 and c.project_id = $2 and c.revision = $3 and c.deleted_at is null
    returning c.*
  ), event as (
    insert into audit_events
      (id, organization_id, project_id, oauth_client_id, actor, action, changes, request_id, revision)
    select $10, organization_id, project_id, id, $9::jsonb, 'oauth_client.updated', $11::jsonb, $12, revision
    from written
  )
  select ${COLUMNS} from written c`;
