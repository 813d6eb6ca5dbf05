import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { AuditEventDto, AuditEventPageDto } from '../../../src/audit/reading/audit-event.dto.js';
import type { TestTenant } from '../../support/registry.js';
import { ClientCalls, MACHINE } from './support.js';
import { useRegistry } from '../../support/use-registry.js';

const WRITERS = 20;
const WRITES_EACH = 15;

describe('A feed of audit events (order=asc)', () => {
  const { registry, tenant } = useRegistry();

  /** Follows the feed of an organization from its beginning, page by page, as a consumer that keeps the cursor. */
  class Follower {
    readonly seen: AuditEventDto[] = [];
    private cursor = '';

    constructor(
      private readonly of: TestTenant,
      private readonly limit: number,
    ) {}

    /** @returns how many events were new */
    async step(): Promise<number> {
      const from = this.cursor === '' ? '' : `&cursor=${this.cursor}`;
      const path = `/v1/organizations/${this.of.organizationId}/audit-events?order=asc&limit=${this.limit}${from}`;
      const { body } = await registry.api.get<AuditEventPageDto>(path, { token: this.of.admin });
      if (body.next_cursor === null) throw new Error('a feed has an end');
      this.cursor = body.next_cursor;
      this.seen.push(...body.data);
      return body.data.length;
    }

    async until(isDone: () => boolean): Promise<void> {
      while (!isDone()) if ((await this.step()) === 0) await delay(100);
    }
  }

  const storedIds = async ({ organizationId }: TestTenant): Promise<string[]> =>
    (
      await registry.database.query<{ id: string }>(
        'select id from audit_events where organization_id = $1 order by created, id',
        [organizationId],
      )
    ).rows.map(({ id }) => id);

  /**
   * What a process of the registry does in a long transaction: an event that is written early and seen late. Its clock, which
   * the id is of, is slow besides.
   */
  async function lateEvent({ organizationId }: TestTenant): Promise<{ commit: () => Promise<void> }> {
    const client = new pg.Client({
      connectionString: registry.databaseUrl,
      application_name: 'oauth-client-registry',
    });
    await client.connect();
    await client.query('begin');
    await client.query(
      `insert into audit_events (id, organization_id, actor, action, changes, request_id)
       values ('01900000-0000-7000-8000-000000000001', $1, '{"issuer": "i", "subject": "late", "client_id": null}',
               'organization.updated', '{}', 'late')`,
      [organizationId],
    );
    return {
      commit: async () => {
        await client.query('commit');
        await client.end();
      },
    };
  }

  it('a feed of audit events loses and doubles nothing under concurrent writers, a late commit and another clock', async () => {
    const calls = new ClientCalls(registry, tenant, tenant.admin);
    const ids = await Promise.all(
      Array.from({ length: 4 }, async () => (await calls.create(MACHINE)).body.id),
    );
    const late = await lateEvent(tenant);
    let isWritten = false;
    const write = async (writer: number): Promise<void> => {
      for (let n = 0; n < WRITES_EACH; n++) {
        await calls.update(ids[(writer + n) % ids.length] ?? '', { description: `${writer} ${n}` });
        // So that writes and reads go on for longer than an event waits to be shown.
        await delay(700);
      }
    };
    const writing = Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer))).then(
      async () => {
        await late.commit();
        isWritten = true;
      },
    );
    const followers = [new Follower(tenant, 7), new Follower(tenant, 100)];
    let stored: string[] = [];
    await Promise.all([
      writing.then(async () => {
        stored = await storedIds(tenant);
      }),
      ...followers.map((follower) =>
        follower.until(() => isWritten && stored.length > 0 && follower.seen.length >= stored.length),
      ),
    ]);
    expect(stored.length).toBeGreaterThan(WRITERS * WRITES_EACH);
    for (const follower of followers) {
      expect(await follower.step()).toBe(0);
      expect(follower.seen.map(({ id }) => id)).toEqual(stored);
    }
  }, 60_000);

  it('a feed of audit events shows nothing that another could still come before, and goes on from an empty page', async () => {
    const own = await registry.tenant();
    const follower = new Follower(own, 100);
    expect(await follower.step()).toBe(0);
    expect(await follower.step()).toBe(0);
    await registry.database.query(
      `insert into audit_events (id, organization_id, actor, action, changes, request_id, created)
       values (gen_random_uuid(), $1, '{"issuer": "i", "subject": "s", "client_id": null}', 'organization.updated', '{}', 'r',
               now() - interval '11 s')`,
      [own.organizationId],
    );
    expect(await follower.step()).toBe(1);
    expect(await follower.step()).toBe(0);
  });
});
