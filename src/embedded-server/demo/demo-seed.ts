import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import pg from 'pg';
import type { AuditChanges } from '../../audit/audit-event.entity.js';
import { originOf, recordAuditEvents, type Happening } from '../../audit/audit-log.js';
import { changesBetween } from '../../audit/changes-between.js';
import type { Caller } from '../../auth/caller.js';
import { PreparedStatement, type Queryable } from '../../database/prepared-statement.js';
import { inTransaction } from '../../database/transaction.js';
import { newSettings } from '../../oauth-clients/model/client-settings.js';
import { insertClient } from '../../oauth-clients/writes/oauth-client.writes.js';
import {
  DEMO_MACHINE_CLIENT,
  DEMO_ORGANIZATION,
  DEMO_PEOPLE,
  DEMO_PROJECT,
  DEMO_WEB_CLIENT,
  type DemoClient,
} from './demo.js';

const ORGANIZATION = { organization_id: DEMO_ORGANIZATION.id };
const PROJECT = { ...ORGANIZATION, project_id: DEMO_PROJECT.id };
const PEOPLE = Object.values(DEMO_PEOPLE).map(({ subject, role }) => ({ subject, role }));
const CLIENTS = [DEMO_WEB_CLIENT, DEMO_MACHINE_CLIENT];

/** Who is recorded in the audit events of the seed: no token can name this actor. */
const CALLER: Caller = {
  actor: {
    kind: 'machine',
    issuer: 'urn:oauth-client-registry:demo',
    subject: 'demo-seed',
    clientId: null,
    scopes: null,
    issuedAt: null,
  },
  requestId: 'demo-seed',
};

/**
 * Has a row at the first start only: a deleted organization keeps its row, and processes that start together wait for
 * each other's insert.
 */
const SEED_TENANT = new PreparedStatement<{ id: string }>(
  'demo_seed_tenant',
  `with organization as (
     insert into organizations (id, name) values (:organization_id, :organization_name)
     on conflict do nothing returning id
   ), project as (
     insert into projects (id, organization_id, name) select :project_id, id, :project_name from organization
   ), people as (
     insert into organization_members (organization_id, subject, role)
     select o.id, p.subject, p.role from organization o, unnest(:subjects::text[], :roles::text[]) as p (subject, role)
   )
   select id from organization`,
  { id: 'uuid' },
);

const LEFT = new PreparedStatement<{ id: string }>(
  'demo_left',
  `select id from oauth_clients where id = any(:ids::uuid[]) and deleted_at is null
   union all
   select p.id from projects p join organizations o on o.id = p.organization_id
   where p.id = :project_id and p.deleted_at is null and o.deleted_at is null`,
  { id: 'uuid' },
);

/** Whether the demo's clients are still there. */
export interface DemoLeft {
  readonly webClient: boolean;
  readonly machineClient: boolean;
}

/**
 * Fills a new registry with something to try. The clients get no secret: its clear text would have to be kept
 * somewhere, and `POST .../secrets` makes one at any time.
 */
@Injectable()
export class DemoSeed implements OnApplicationBootstrap {
  constructor(private readonly pool: pg.Pool) {}

  /** Once in the life of a database: what someone has changed or deleted since stays that way. */
  async onApplicationBootstrap(): Promise<void> {
    await inTransaction(this.pool, async (database) => {
      if (!(await isFirst(database))) return;
      await recordAuditEvents(database, CALLER, HAPPENINGS);
      for (const client of CLIENTS) await insert(database, client);
    });
  }

  /** Which clients that printed examples name are still there; null when their project is not. */
  async whatIsLeft(): Promise<DemoLeft | null> {
    const ids = CLIENTS.map(({ id }) => id);
    const rows = await LEFT.rows(this.pool, { ids, project_id: DEMO_PROJECT.id });
    const isLeft = (id: string): boolean => rows.some((row) => row.id === id);
    if (!isLeft(DEMO_PROJECT.id)) return null;
    return { webClient: isLeft(DEMO_WEB_CLIENT.id), machineClient: isLeft(DEMO_MACHINE_CLIENT.id) };
  }
}

async function insert(database: Queryable, { id, clientId, settings: patch }: DemoClient): Promise<void> {
  const settings = newSettings(patch);
  const context = { ...originOf(CALLER), applied: true };
  await insertClient(database, context, {
    ...PROJECT,
    id,
    client_id: clientId,
    settings,
    action: 'oauth_client.created',
    changes: changesBetween(null, settings),
    secret: null,
  });
}

async function isFirst(database: Queryable): Promise<boolean> {
  const made = await SEED_TENANT.row(database, {
    ...PROJECT,
    organization_name: DEMO_ORGANIZATION.name,
    project_name: DEMO_PROJECT.name,
    subjects: PEOPLE.map(({ subject }) => subject),
    roles: PEOPLE.map(({ role }) => role),
  });
  return made !== undefined;
}

const created = (members: Record<string, unknown>): AuditChanges =>
  Object.fromEntries(Object.entries(members).map(([member, to]) => [member, { from: null, to }]));

const HAPPENINGS: readonly Happening[] = [
  {
    ...ORGANIZATION,
    action: 'organization.created',
    changes: created({ name: DEMO_ORGANIZATION.name, trusted_clients_allowed: false }),
  },
  { ...PROJECT, action: 'project.created', changes: created({ name: DEMO_PROJECT.name }) },
  ...PEOPLE.map((person) => ({
    ...ORGANIZATION,
    action: 'member.added' as const,
    changes: created(person),
  })),
];
