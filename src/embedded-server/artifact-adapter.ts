import { createHash } from 'node:crypto';
import type { Adapter, AdapterPayload } from 'oidc-provider';
import type pg from 'pg';
import { NO_COLUMNS, PreparedStatement, type Values } from '../database/prepared-statement.js';
import { asOAuthError } from './as-oauth-error.js';
import { errors } from './oidc-provider.js';

const NAME = 'authorization_server';

const UPSERT = new PreparedStatement(
  `${NAME}_upsert`,
  `insert into authorization_server_artifacts (model, id, payload, client_id, grant_id, uid, expires_at)
   values (:model, :id, :payload, :client_id, :grant_id, :uid, now() + make_interval(secs => :expires_in))
   on conflict (model, id) do update set
     payload = excluded.payload, client_id = excluded.client_id, grant_id = excluded.grant_id, uid = excluded.uid,
     expires_at = excluded.expires_at`,
  NO_COLUMNS,
);

interface ArtifactRow {
  readonly payload: AdapterPayload;
  /** Seconds since the epoch; null for one that was not used yet. */
  readonly consumed: number | null;
}

const find = (name: string, condition: string): PreparedStatement<ArtifactRow> =>
  new PreparedStatement<ArtifactRow>(
    `${NAME}_${name}`,
    `select payload, extract(epoch from consumed_at)::integer as consumed from authorization_server_artifacts
     where model = :model and ${condition}`,
    { payload: 'json', consumed: 'int4' },
  );

const FIND = find('find', 'id = :id');
const FIND_BY_UID = find('find_by_uid', 'uid = :uid');

/** One statement, so that of two uses at the same moment only one is the first. */
const CONSUME = new PreparedStatement(
  `${NAME}_consume`,
  `update authorization_server_artifacts set consumed_at = now()
   where model = :model and id = :id and consumed_at is null`,
  NO_COLUMNS,
);

const DESTROY = new PreparedStatement(
  `${NAME}_destroy`,
  `delete from authorization_server_artifacts where model = :model and id = :id`,
  NO_COLUMNS,
);

const REVOKE = new PreparedStatement(
  `${NAME}_revoke`,
  `delete from authorization_server_artifacts where model = :model and grant_id = :grant_id`,
  NO_COLUMNS,
);

/** One kind of what oidc-provider remembers between requests, in PostgreSQL: a restart loses nothing. */
export class ArtifactAdapter implements Adapter {
  constructor(
    private readonly model: string,
    private readonly pool: pg.Pool,
  ) {}

  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    const clientId = payload.clientId ?? payload.params?.['client_id'] ?? null;
    const { grantId = null, uid = null } = payload;
    await this.write(UPSERT, {
      id: hash(id),
      payload: withoutIds(payload),
      client_id: clientId,
      grant_id: grantId,
      uid,
      expires_in: expiresIn,
    });
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    const found = await this.read(FIND, { id: hash(id) });
    return found && { ...found, jti: id };
  }

  /** The session without its id: enough to ask about it, not to continue it. */
  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.read(FIND_BY_UID, { uid });
  }

  findByUserCode(): Promise<undefined> {
    return Promise.reject(new Error('the device flow is not served'));
  }

  /**
   * Marks a code or refresh token as used: it is for one use (RFC 6749, section 4.1.2; RFC 9700, section 4.14.2).
   *
   * @throws InvalidGrant when it was used in the same moment
   */
  async consume(id: string): Promise<void> {
    const count = await this.write(CONSUME, { id: hash(id) });
    if (count === 0) throw new errors.InvalidGrant('used twice at the same time');
  }

  async destroy(id: string): Promise<void> {
    await this.write(DESTROY, { id: hash(id) });
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.write(REVOKE, { grant_id: grantId });
  }

  private async read(
    statement: PreparedStatement<ArtifactRow>,
    values: Values,
  ): Promise<AdapterPayload | undefined> {
    const row = await statement.row(this.pool, { ...values, model: this.model }).catch(asOAuthError);
    if (row === undefined || row.consumed === null) return row?.payload;
    return { ...row.payload, consumed: row.consumed };
  }

  private write(statement: PreparedStatement, values: Values): Promise<number> {
    return statement.count(this.pool, { ...values, model: this.model }).catch(asOAuthError);
  }
}

/** A fast hash is enough: all ids are random. */
const hash = (id: string): Buffer => createHash('sha256').update(id).digest();

/** `jti` is the id itself, and an interaction names the `cookie` of its session, which is that session's id. */
const withoutIds = (payload: AdapterPayload): string =>
  JSON.stringify(payload, (name, value: unknown) =>
    name === 'jti' || name === 'cookie' ? undefined : value,
  );
