import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DataSource, In, IsNull, type EntityManager } from 'typeorm';
import { recordOf } from '../../audit/actor-record.js';
import type { AuditChanges } from '../../audit/audit-event.entity.js';
import { recordAuditEvents } from '../../audit/audit-log.js';
import { Config } from '../../config/config.js';
import { changesBetween } from '../../audit/changes-between.js';
import { toMembers } from '../../oauth-clients/model/to-members.js';
import { OAuthClient } from '../../oauth-clients/model/oauth-client.entity.js';
import { newSettings } from '../../oauth-clients/model/client-settings.js';
import type { Caller } from '../../auth/caller.js';
import { OrganizationMember } from '../../tenants/organization-member.entity.js';
import { Organization } from '../../tenants/organization.entity.js';
import { Project } from '../../tenants/project.entity.js';
import {
  DEMO_MACHINE_CLIENT,
  DEMO_ORGANIZATION,
  DEMO_PEOPLE,
  DEMO_PROJECT,
  DEMO_WEB_CLIENT,
  type DemoClient,
} from './demo.js';
import { embeddedIssuer } from '../../config/embedded-issuer.js';

type Happenings = Parameters<typeof recordAuditEvents>[2];

const ORGANIZATION = { organization_id: DEMO_ORGANIZATION.id };
const PROJECT = { ...ORGANIZATION, project_id: DEMO_PROJECT.id };
const PEOPLE = Object.values(DEMO_PEOPLE).map(({ subject, role }) => ({ subject, role }));
const CLIENTS = [DEMO_WEB_CLIENT, DEMO_MACHINE_CLIENT];

/**
 * Fills a new registry with something to try. The clients get no secret: its clear text would have to be kept
 * somewhere, and `POST .../secrets` makes one at any time.
 */
@Injectable()
export class DemoSeed implements OnApplicationBootstrap {
  private readonly caller: Caller;

  constructor(
    private readonly dataSource: DataSource,
    config: Config,
  ) {
    const issuer = embeddedIssuer(config);
    const actor = { kind: 'machine', issuer, subject: 'demo-seed', clientId: null, scopes: null } as const;
    this.caller = { actor, requestId: 'demo-seed' };
  }

  /** Once in the life of a database: what someone has changed or deleted since stays that way. */
  async onApplicationBootstrap(): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      if (!(await isFirst(manager))) return;
      await manager.insert(Project, { ...ORGANIZATION, ...DEMO_PROJECT });
      await manager.insert(
        OrganizationMember,
        PEOPLE.map((person) => ({ ...ORGANIZATION, ...person })),
      );
      await manager.insert(
        OAuthClient,
        CLIENTS.map((client) => this.clientRow(client)),
      );
      await recordAuditEvents(manager, this.caller, HAPPENINGS);
    });
  }

  /** Whether the clients that printed examples name are still there. */
  async isComplete(): Promise<boolean> {
    const live = { id: In(CLIENTS.map(({ id }) => id)), deleted_at: IsNull() };
    return (await this.dataSource.manager.countBy(OAuthClient, live)) === CLIENTS.length;
  }

  private clientRow({ id, clientId, settings }: DemoClient): Partial<OAuthClient> {
    const now = new Date();
    const actor = recordOf(this.caller.actor);
    return {
      ...PROJECT,
      ...newSettings(settings),
      id,
      client_id: clientId,
      created: now,
      modified: now,
      created_by: actor,
      modified_by: actor,
      revision: 1,
      synced_revision: 1,
      synced_at: now,
    };
  }
}

/** A deleted organization keeps its row, and nodes that start together wait for each other's insert. */
async function isFirst(manager: EntityManager): Promise<boolean> {
  const insert = manager.createQueryBuilder().insert().into(Organization).values(DEMO_ORGANIZATION);
  const { raw } = await insert.orIgnore().returning('id').execute();
  return Array.isArray(raw) && raw.length === 1;
}

const created = (members: Record<string, unknown>): AuditChanges =>
  Object.fromEntries(Object.entries(members).map(([member, to]) => [member, { from: null, to }]));

const HAPPENINGS: Happenings = [
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
  ...CLIENTS.map(({ id, settings }) => ({
    ...PROJECT,
    action: 'oauth_client.created' as const,
    oauth_client_id: id,
    revision: 1,
    changes: changesBetween(null, toMembers(newSettings(settings))),
  })),
];
