import { PreparedStatement, type ColumnsOf } from '../../database/prepared-statement.js';
import { columnsOf, selectList } from '../../database/entity-columns.js';
import { AuditEvent } from '../audit-event.entity.js';

/*
 * How audit events are read: in the order of `created`, the start of the transaction that wrote them by the database's clock,
 * and of `id` within a millisecond. Ids alone are made by the clocks of several processes.
 */

export type LoadedEvent = Omit<AuditEvent, 'organization'>;

/** An event, and the position at which a search stopped, if it did. A row without an id has the position only. */
export type FoundEvent = LoadedEvent & {
  readonly edge_created: Date | null;
  readonly edge_id: string | null;
};

export const ORDERS = ['desc', 'asc'] as const;
export type Order = (typeof ORDERS)[number];

/** Conditions on whose events are read. For each there is an index that begins with its columns. */
const OWNERS = {
  client: 'e.oauth_client_id = :oauth_client_id and e.project_id = :project_id',
  project: 'e.project_id = :project_id',
  organization: 'e.organization_id = :organization_id',
  client_of_organization: 'e.oauth_client_id = :oauth_client_id and e.organization_id = :organization_id',
  /** Events of the organization, its projects and its members, which are all that the platform may see. */
  tenants: 'e.organization_id = :organization_id and e.oauth_client_id is null',
} as const;
export type Owner = keyof typeof OWNERS;

/** How many events one page of a search reads at most. No index helps to find an `action` or an `actor`. */
const MAX_EXAMINED = 5_000;

const FILTERS = `
  (:action::text is null or e.action = :action::text) and (:actor::text is null or e.actor ->> 'subject' = :actor::text)`;

const COLUMNS = columnsOf<LoadedEvent>(AuditEvent);
const FOUND_COLUMNS: ColumnsOf<FoundEvent> = { ...COLUMNS, edge_created: 'timestamptz', edge_id: 'uuid' };

const by = (order: Order, alias: string): string => `${alias}.created ${order}, ${alias}.id ${order}`;

/** The events of the period that come after the position, in the order that is asked for. */
const events = (owner: Owner, order: Order): string => `
  from audit_events e
  where ${OWNERS[owner]}
    and (e.created, e.id) ${order === 'asc' ? '>' : '<'} (:created::timestamptz, :id::uuid)
    and e.created >= :since::timestamptz and e.created < :until::timestamptz`;

const read = (owner: Owner, order: Order): PreparedStatement<FoundEvent> =>
  new PreparedStatement<FoundEvent>(
    `audit_events_${owner}_${order}`,
    `select ${selectList(COLUMNS, 'e')}, null::timestamptz as edge_created, null::uuid as edge_id
     ${events(owner, order)}
     order by ${by(order, 'e')}
     limit :limit`,
    FOUND_COLUMNS,
  );

const search = (owner: Owner, order: Order): PreparedStatement<FoundEvent> =>
  new PreparedStatement<FoundEvent>(
    `audit_events_${owner}_${order}_search`,
    `with examined as materialized (
       select e.* ${events(owner, order)} order by ${by(order, 'e')} limit ${MAX_EXAMINED}
     ), edge as (
       select e.created, e.id from examined e order by ${by(order, 'e')} offset ${MAX_EXAMINED - 1} limit 1
     ), found as (
       select e.* from examined e where ${FILTERS} order by ${by(order, 'e')} limit :limit
     )
     select ${selectList(COLUMNS, 'e')}, edge.created as edge_created, edge.id as edge_id
     from (values (true)) as one left join edge on true left join found e on true
     order by ${by(order, 'e')}`,
    FOUND_COLUMNS,
  );

const inOrder = (owner: Owner, order: Order) => ({ read: read(owner, order), search: search(owner, order) });

const statements = (owner: Owner) => ({ asc: inOrder(owner, 'asc'), desc: inOrder(owner, 'desc') });

export const EVENTS = {
  client: statements('client'),
  project: statements('project'),
  organization: statements('organization'),
  client_of_organization: statements('client_of_organization'),
  tenants: statements('tenants'),
};

/**
 * The moment before which no event can appear any more. An event bears the moment in which its transaction began, and is
 * seen once that is committed. A single statement ends within 10 s; of longer transactions the oldest that is under way
 * counts. This is read in a statement of its own before the events are: so what was committed by then is in their
 * snapshot.
 */
export const HORIZON = new PreparedStatement<{ horizon: Date }>(
  'audit_events_horizon',
  `select least(now() - interval '10 s', (
     select min(a.xact_start) from pg_stat_activity a
     where a.datname = current_database() and a.application_name = current_setting('application_name')
       and a.pid <> pg_backend_pid()
   )) - interval '1 ms' as horizon`,
  { horizon: 'timestamptz' },
);
