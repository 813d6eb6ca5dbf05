import { createHash } from 'node:crypto';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import type pg from 'pg';
import { asOAuthError } from './as-oauth-error.js';
import { errors } from './oidc-provider.js';

const UPSERT = `
  insert into authorization_server_artifacts (model, id, payload, client_id, grant_id, uid, expires_at)
  values ($1, $2, $3, $4, $5, $6, now() + make_interval(secs => $7))
  on conflict (model, id) do update set
    payload = excluded.payload, client_id = excluded.client_id, grant_id = excluded.grant_id, uid = excluded.uid,
    expires_at = excluded.expires_at`;
const SELECT = `
  select payload, extract(epoch from consumed_at)::integer as consumed from authorization_server_artifacts`;
const FIND = `${SELECT} where model = $1 and id = $2`;
const FIND_BY_UID = `${SELECT} where model = $1 and uid = $2`;
/** One statement, so that of two uses at the same moment only one is the first. */
const CONSUME = `
  update authorization_server_artifacts set consumed_at = now() where model = $1 and id = $2 and consumed_at is null`;
const DESTROY = `delete from authorization_server_artifacts where model = $1 and id = $2`;
const REVOKE = `delete from authorization_server_artifacts where model = $1 and grant_id = $2`;

interface ArtifactRow {
  readonly payload: AdapterPayload;
  readonly consumed: number | null;
}

/** One kind of what oidc-provider remembers between requests, in PostgreSQL: a restart loses nothing. */
export class ArtifactAdapter implements Adapter {
  constructor(
    private readonly model: string,
    private readonly pool: pg.Pool,
  ) {}

  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    const clientId = payload.clientId ?? payload.params?.['client_id'] ?? null;
    const { grantId = null, uid = null } = payload;
    await this.run('upsert', UPSERT, [hash(id), withoutIds(payload), clientId, grantId, uid, expiresIn]);
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const found = await this.read('find', FIND, hash(id));
    return found && { ...found, jti: id };
  }

  /** Without its id: enough to ask about a session, not to continue it. */
  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.read('find_by_uid', FIND_BY_UID, uid);
  }

  findByUserCode(): Promise<undefined> {
    return Promise.reject(new Error('the device flow is not served'));
  }

  /** RFC 6749, section 4.1.2, and RFC 9700, section 4.14.2: a code or refresh token is for one use. */
  async consume(id: string): Promise<void> {
    const { rowCount } = await this.run('consume', CONSUME, [hash(id)]);
    if (rowCount === 0) throw new errors.InvalidGrant('used twice at the same time');
  }

  async destroy(id: string): Promise<void> {
    await this.run('destroy', DESTROY, [hash(id)]);
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.run('revoke', REVOKE, [grantId]);
  }

  private async read(name: string, text: string, key: unknown): Promise<AdapterPayload | undefined> {
    const [row] = (await this.run<ArtifactRow>(name, text, [key])).rows;
    if (row === undefined || row.consumed === null) return row?.payload;
    return { ...row.payload, consumed: row.consumed };
  }

  private run<Row extends pg.QueryResultRow>(
    name: string,
    text: string,
    values: unknown[],
  ): Promise<pg.QueryResult<Row>> {
    const statement = { name: `authorization_server_${name}`, text, values: [this.model, ...values] };
    return this.pool.query<Row>(statement).catch(asOAuthError);
  }
}

/** A fast hash is enough: all ids are random. */
const hash = (id: string): Buffer => createHash('sha256').update(id).digest();

/** `jti` is the id itself, and an interaction names the `cookie` of its session, which is that session's id. */
const withoutIds = (payload: AdapterPayload): string =>
  JSON.stringify(payload, (name, value: unknown) =>
    name === 'jti' || name === 'cookie' ? undefined : value,
  );
