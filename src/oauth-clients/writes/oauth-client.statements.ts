import { insertAuditEvents } from '../../audit/audit-log.js';
import { columnsOf, selectList } from '../../database/entity-columns.js';
import { PreparedStatement, type ColumnsOf } from '../../database/prepared-statement.js';
import { pick } from '../../lib/pick.js';
import {
  LEASED_WITH_COLUMNS,
  LEASED_WITH_JOIN,
  LEASED_WITH_LIST,
  type LeasedWith,
} from '../model/leased-client.js';
import { MEMBERS, membersWhere, type ClientSettings } from '../model/members.js';
import { OAuthClient, type LoadedOAuthClient } from '../model/oauth-client.entity.js';
import { EXPIRY_AFTER_ROTATION, NEW_EXPIRES_AT, RETIRED } from '../model/secrets-of-client.js';
import { LEFT_GATE, NEW_CREDENTIAL_COLUMNS, NEW_CREDENTIAL_VALUES } from '../model/server-credential.js';
import {
  changed,
  ENDED_BY_CHANGE,
  IS_TRUST_TO_CHANGE,
  LEASED_WITH_CHANGE,
  NEW_COLUMNS,
  NEW_TRUST_ENDED_AT,
  NEW_VALUES,
  SETTLED_BY_CHANGE,
  TRUST_CHANGED,
} from '../model/sync-state.js';

/*
 * How clients are written, whoever writes them. A write is one statement and so one transaction: the row, its audit event and
 * what happens to its secrets are in effect together or not at all.
 */

export const COLUMNS = columnsOf<LoadedOAuthClient>(OAuthClient);
export const SELECT_LIST = selectList(COLUMNS, 'c');

const ALL = [...MEMBERS.keys()];
const CHANGEABLE = membersWhere(({ fixed }) => !fixed);

/** The event of each row that was written. @param secretId SQL: the secret that it is about */
const auditEvent = (secretId: string): string => `, happened as (
    select event_id, organization_id, project_id, id as oauth_client_id, ${secretId}::uuid as secret_id,
      :action as action, :changes::jsonb as changes, revision
    from written
  ), event as (${insertAuditEvents('happened')}
  )`;

const NEW_SECRET = `, secret as (
    insert into oauth_client_secrets (id, oauth_client_id, hash, last_four, name, created, created_by, expires_at, sealed)
    select :secret_id::uuid, id, :secret_hash::bytea, :secret_last_four, :secret_name, now(), :actor::jsonb,
      ${NEW_EXPIRES_AT}, :secret_sealed::bytea
    from written where :secret_id::uuid is not null
  )`;

/** The older secrets make room for another, or for none. Null: they stay as they are. */
const RETIRED_SECRETS = `, retired as (
    update oauth_client_secrets s set ${RETIRED} from written
    where :overlap_seconds::integer is not null and s.oauth_client_id = written.id and s.revoked_at is null
  )`;

/** Keeps the answer to a call that its caller may repeat: the second of two at once breaks the primary key, and does nothing. */
const KEPT_ANSWER = `, kept as (
    insert into idempotency_keys (id, body_hash, oauth_client_id, secret_id, answer, live_secrets, sealed, created)
    select :call_id::bytea, :body_hash::bytea, c.id, :secret_id::uuid,
      (select to_jsonb(answer) from (select ${SELECT_LIST}) as answer), :live_secrets::jsonb, :replay_sealed::bytea, now()
    from written c
  )`;

/**
 * Makes nothing once the project is deleted, or has `:max_clients` live clients (null: no bound). The lock of the project makes
 * its deletion wait for this insert, and this insert for others in the project, which are then counted. The organization is not
 * locked: its deletion goes through its projects, and a second lock could be taken in another order than provisioning does.
 */
const insert = (also = ''): string => `
  with tenant as (
    select p.id, p.organization_id, o.trusted_clients_allowed
    from projects p join organizations o on o.id = p.organization_id
    where p.id = :project_id and p.organization_id = :organization_id and p.deleted_at is null and o.deleted_at is null
    for no key update of p
  ), written as (
    insert into oauth_clients as c
      (id, organization_id, project_id, client_id, name_folded, ${ALL.join(', ')}, created, modified, created_by, modified_by, trust_ended_at, ${NEW_COLUMNS},
        ${NEW_CREDENTIAL_COLUMNS})
    select :id, organization_id, id, :client_id, :name_folded, ${ALL.map((name) => `:${name}`).join(', ')},
           now(), now(), :actor::jsonb, :actor::jsonb, ${NEW_TRUST_ENDED_AT}, ${NEW_VALUES},
           ${NEW_CREDENTIAL_VALUES}
    from tenant
    where :max_clients::bigint is null or live_oauth_clients(tenant.id) < :max_clients::bigint
    on conflict (client_id) do nothing
    returning c.*, :event_id::uuid as event_id
  )${auditEvent(':secret_id')}${NEW_SECRET}${also}
  select ${SELECT_LIST} from written c`;

export const INSERT = new PreparedStatement('oauth_client_insert', insert(), COLUMNS);
export const INSERT_ONCE = new PreparedStatement('oauth_client_insert_once', insert(KEPT_ANSWER), COLUMNS);

/** Whether the change ends something, which must not wait behind other work for the authorization server. */
const ENDS = `:end_tokens::boolean or (c.enabled and not :enabled::boolean) or (c.trusted and not :trusted::boolean)`;

/** The columns of a client that a change sets in the database, or that others may have written since the client was read. */
export type ChangedRow = Omit<
  LoadedOAuthClient,
  keyof ClientSettings | 'id' | 'organization_id' | 'project_id' | 'client_id' | 'created'
>;
const CHANGED_COLUMNS: ColumnsOf<ChangedRow> = pick(COLUMNS, [
  'modified',
  'last_used_at',
  'secrets_expire_at',
  'last_refused_at',
  'revision',
  'synced_revision',
  'sync_problem',
  'server_mode',
]);

/** The parts of a change, in SQL. */
interface ChangeParts {
  /** Whether the change ends something. */
  readonly ends: string;
  /** What it sets beside the members. */
  readonly sets: readonly string[];
  /** The secret that its event is about. */
  readonly secretId: string;
  /** What else it writes, for `written`. */
  readonly also: string;
  /** What it answers with beside `CHANGED_COLUMNS`, and what it joins `written c` with for that. */
  readonly list?: string;
  readonly join?: string;
}

const change = ({ ends, sets, secretId, also, list = '', join = '' }: ChangeParts): string => `
  with written as (
    update oauth_clients c set
      ${CHANGEABLE.map((name) => `${name} = :${name}`).join(', ')}, name_folded = :name_folded,
      modified = now(), modified_by = :actor::jsonb, ${[changed(ends), ...sets].join(', ')}
    where c.id = :id and c.project_id = :project_id and c.revision = :revision and c.deleted_at is null
    returning c.*, :event_id::uuid as event_id
  )${auditEvent(secretId)}${also}
  select ${selectList(CHANGED_COLUMNS, 'c')}${list} from written c ${join}`;

/** A change that says nothing of secrets, as most do: PostgreSQL takes a tenth less time for it than for the other kind. */
const OF_SETTINGS: ChangeParts = { ends: ENDS, sets: [ENDED_BY_CHANGE], secretId: 'null', also: '' };

/** A change that may also make a secret, end older ones, or settle what becomes of a held client. */
const OF_SECRETS: ChangeParts = {
  ends: `:overlap_seconds::integer is not null or ${ENDS}`,
  sets: [ENDED_BY_CHANGE, EXPIRY_AFTER_ROTATION, SETTLED_BY_CHANGE, LEFT_GATE, LEASED_WITH_CHANGE],
  secretId: ':secret_id',
  also: `${RETIRED_SECRETS}${NEW_SECRET}`,
};

/** Writes over the one revision that was read, as the other changes do. No row comes back when another write was first. */
const CHANGE = new PreparedStatement('oauth_client_change', change(OF_SETTINGS), CHANGED_COLUMNS);

/** The same, for a writer who brings the change to the authorization server itself, unless something is on its way there. */
const CHANGE_AND_LEASE = new PreparedStatement<ChangedRow & LeasedWith>(
  'oauth_client_change_and_lease',
  change({
    ...OF_SETTINGS,
    sets: [...OF_SETTINGS.sets, LEASED_WITH_CHANGE],
    list: `, ${LEASED_WITH_LIST}`,
    join: LEASED_WITH_JOIN,
  }),
  { ...CHANGED_COLUMNS, ...LEASED_WITH_COLUMNS },
);

const CHANGE_WITH_SECRETS = new PreparedStatement(
  'oauth_client_change_with_secrets',
  change(OF_SECRETS),
  CHANGED_COLUMNS,
);

/** The one of these that says no more than it has to. */
export function changeOf({
  ofSecrets,
  leases,
}: Readonly<Record<'ofSecrets' | 'leases', boolean>>): Pick<
  PreparedStatement<ChangedRow & LeasedWith>,
  'row'
> {
  if (ofSecrets) return CHANGE_WITH_SECRETS;
  return leases ? CHANGE_AND_LEASE : CHANGE;
}

/** `CHANGE_WITH_SECRETS`, with the answer kept for whoever repeats the call. */
export const CHANGE_ONCE = new PreparedStatement(
  'oauth_client_change_once',
  change({ ...OF_SECRETS, also: `${OF_SECRETS.also}${KEPT_ANSWER}` }),
  CHANGED_COLUMNS,
);

/** Deletes clients of the projects, with an event for each. `:revision` is null where any will do. */
export const DELETE = new PreparedStatement(
  'oauth_client_delete',
  `with written as (
    update oauth_clients c set
      deleted_at = now(), modified = now(), modified_by = :actor::jsonb, ${changed('true')}, ${LEASED_WITH_CHANGE}
    from unnest(:ids::uuid[], :event_ids::uuid[]) as target (id, event_id)
    where c.id = target.id and c.project_id = any(:project_ids::uuid[]) and c.deleted_at is null
      and c.revision = coalesce(:revision::integer, c.revision)
    returning c.*, target.event_id
  )${auditEvent('null')}${RETIRED_SECRETS}
  select ${SELECT_LIST} from written c`,
  COLUMNS,
);

/**
 * The clients that are to be deleted whatever their revision is. Their locks are waited for here: the deletion would find
 * the row of whoever was first, and not see the secret that came with it.
 */
export const LOCK_LIVE = new PreparedStatement<Pick<OAuthClient, 'id'>>(
  'oauth_client_lock_live',
  `select id from oauth_clients where project_id = any(:project_ids::uuid[]) and deleted_at is null
   order by id for no key update`,
  { id: 'uuid' },
);

/** Lets trusted clients follow the permission of their organization, with an event for each. */
export const FOLLOW_TRUST = new PreparedStatement<Pick<OAuthClient, 'id'>>(
  'oauth_client_follow_trust',
  `with written as (
    update oauth_clients c set ${changed('not o.trusted_clients_allowed')}, ${TRUST_CHANGED}
    from organizations o, unnest(:ids::uuid[], :event_ids::uuid[]) as target (id, event_id)
    where c.id = target.id and o.id = c.organization_id and c.deleted_at is null and ${IS_TRUST_TO_CHANGE}
    returning c.*, target.event_id
  )${auditEvent('null')}
  select id from written`,
  { id: 'uuid' },
);

export const TRUSTED_IDS = new PreparedStatement<Pick<OAuthClient, 'id'>>(
  'oauth_client_trusted_ids',
  `select c.id
   from organizations o join projects p on p.organization_id = o.id join oauth_clients c on c.project_id = p.id
   where o.id = :organization_id and c.deleted_at is null and ${IS_TRUST_TO_CHANGE}
   order by c.id`,
  { id: 'uuid' },
);
