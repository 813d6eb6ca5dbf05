import pg from 'pg';
import { AuditRetention } from '../../../src/audit/audit-retention.js';
import { Config } from '../../../src/config/config.js';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import { ClientCalls, MACHINE, NATIVE, stateOf, WEB } from './support.js';
import { useRegistry } from '../../support/use-registry.js';

const FIRST_REQUEST = { 'x-request-id': 'gateway-1' };

describe('Audit events of a client', () => {
  const { registry, tenant, calls } = useRegistry();

  /** The events behind the one of the creation. */
  const laterEventsOf = async (id: string) => (await stateOf(registry, id)).events.slice(1);

  const eventOf = (id: string, event: object) => ({
    id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/) as string,
    organization_id: tenant.organizationId,
    project_id: tenant.projectId,
    oauth_client_id: id,
    secret_id: null,
    actor: { issuer: registry.hydra.issuer, subject: tenant.people.admin, client_id: 'dashboard' },
    created: expect.any(Date) as Date,
    ...event,
  });

  it('the audit event of a creation tells every member that is not empty, who did it and in which request', async () => {
    const { body: client, headers } = await calls.create({ ...MACHINE, scopes: ['openid'] });
    const { events } = await stateOf(registry, client.id);
    const to = (value: unknown) => ({ from: null, to: value });
    expect(events).toEqual([
      eventOf(client.id, {
        action: 'oauth_client.created',
        secret_id: client.secret_id,
        revision: 1,
        request_id: headers.get('x-request-id'),
        changes: {
          name: to('Machine'),
          grant_types: { added: ['client_credentials'], removed: [] },
          scopes: { added: ['openid'], removed: [] },
          trusted: to(false),
          enabled: to(true),
          token_endpoint_auth_method: to('client_secret_basic'),
          pkce_required: to(false),
        },
      }),
    ]);
  });

  const changes: [what: string, stored: object, patch: object, changes: object][] = [
    [
      'just the members that changed',
      WEB,
      { name: 'New', enabled: true },
      { name: { from: 'Web', to: 'New' } },
    ],
    [
      'what followed from the change',
      WEB,
      { pkce_required: true },
      { pkce_required: { from: false, to: true }, pkce_challenge_method: { from: null, to: 'S256' } },
    ],
    [
      'what was added to lists and removed from them',
      { ...WEB, scopes: ['a', 'b'] },
      { scopes: ['c', 'b'], redirect_uris: [...WEB.redirect_uris, 'https://b.example/'] },
      {
        scopes: { added: ['c'], removed: ['a'] },
        redirect_uris: { added: ['https://b.example/'], removed: [] },
      },
    ],
    [
      'a description that was cleared',
      { ...WEB, description: 'Old' },
      { description: '' },
      { description: { from: 'Old', to: null } },
    ],
    [
      'a new way to authenticate, without the new secret',
      { ...NATIVE, redirect_uris: WEB.redirect_uris },
      { token_endpoint_auth_method: 'client_secret_post' },
      { token_endpoint_auth_method: { from: 'none', to: 'client_secret_post' } },
    ],
  ];
  it.each(changes)('the audit event of an update tells %s', async (_, stored, patch, expected) => {
    const { body: client } = await calls.create(stored);
    const { headers, body: updated } = await calls.update(client.id, patch);
    expect(await laterEventsOf(client.id)).toEqual([
      eventOf(client.id, {
        action: 'oauth_client.updated',
        revision: 2,
        secret_id: updated.secret_id,
        request_id: headers.get('x-request-id'),
        changes: expected,
      }),
    ]);
  });

  it('a rotation and a deletion are each told in an audit event with its revision', async () => {
    const { body: client } = await calls.create(WEB);
    const rotated = await calls.rotate(client.id);
    const deleted = await calls.delete(client.id);
    const events = await laterEventsOf(client.id);
    expect(events).toEqual([
      eventOf(client.id, {
        action: 'oauth_client.secret_created',
        secret_id: rotated.body.secret_id,
        revision: 2,
        request_id: rotated.headers.get('x-request-id'),
        changes: {},
      }),
      eventOf(client.id, {
        action: 'oauth_client.deleted',
        revision: 3,
        request_id: deleted.headers.get('x-request-id'),
        changes: {},
      }),
    ]);
  });

  it('an end of a secret and of all tokens are each told in an audit event with its revision', async () => {
    const { body: client } = await calls.create(WEB);
    const path = tenant.client(client.id);
    const token = tenant.admin;
    const secretEnd = await registry.api.delete(`${path}/secrets/${client.secret_id}`, { token });
    const tokensEnd = await registry.api.delete(`${path}/tokens`, { token });
    expect([secretEnd.status, tokensEnd.status]).toEqual([204, 204]);
    expect(await laterEventsOf(client.id)).toEqual([
      eventOf(client.id, {
        action: 'oauth_client.secret_revoked',
        secret_id: client.secret_id,
        revision: 2,
        request_id: secretEnd.headers.get('x-request-id'),
        changes: {},
      }),
      eventOf(client.id, {
        action: 'oauth_client.tokens_ended',
        revision: 3,
        request_id: tokensEnd.headers.get('x-request-id'),
        changes: {},
      }),
    ]);
  });

  it('an audit event carries the request id that the gateway of the caller gave, as the answer does', async () => {
    const { body: client } = await calls.create(WEB);
    const { headers } = await calls.update(client.id, { name: 'New' }, FIRST_REQUEST);
    expect(headers.get('x-request-id')).toBe('gateway-1');
    expect(await laterEventsOf(client.id)).toMatchObject([{ request_id: 'gateway-1' }]);
  });

  describe('name the actor, and the client its last one', () => {
    let client: OAuthClientDto;
    let machine: OAuthClientDto;
    beforeAll(async () => {
      [client, machine] = [
        await tenant.createClient(),
        await tenant.createClient({ ...MACHINE, scopes: ['oauth_clients:write'] }),
      ];
    });

    it.each([
      [
        'a person through the dashboard',
        () => tenant.developer,
        () => ({
          issuer: registry.hydra.issuer,
          subject: tenant.people.developer,
          client_id: 'dashboard',
        }),
      ],
      [
        'a person with a Kratos session',
        () => registry.kratos.kratosSession({ sub: tenant.people.admin }),
        () => ({ issuer: registry.kratos.issuer, subject: tenant.people.admin, client_id: null }),
      ],
      [
        'a machine',
        () => registry.machine(machine.client_id),
        () => ({
          issuer: registry.hydra.issuer,
          subject: machine.client_id,
          client_id: machine.client_id,
        }),
      ],
    ])('an audit event names its actor: %s', async (name, token, actor) => {
      const { status } = await new ClientCalls(registry, tenant, await token()).update(client.id, { name });
      expect(status).toBe(200);
      const { client: row, events } = await stateOf(registry, client.id);
      expect(events.at(-1)?.actor).toEqual(actor());
      expect(row).toMatchObject({ modified_by: actor(), created_by: { subject: tenant.people.admin } });
    });
  });

  it('no audit event is written for what changes nothing or is refused', async () => {
    const { body: client } = await calls.create(NATIVE);
    const { id } = client;
    const answers = [
      await calls.get(id),
      await calls.list(),
      await calls.update(id, {}),
      await calls.update(id, { name: client.name, description: null, grant_types: client.grant_types }),
      await calls.update(id, { pkce_required: false }),
      await calls.update(id, { grant_types: client.grant_types.toReversed() }),
      await calls.update(id, { nam: 'New' }),
      await calls.update(id, { name: 'New' }, { 'if-match': '"2"' }),
      await calls.delete(id, { 'if-match': '"2"' }),
      await calls.rotate(id),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 422, 200, 422, 412, 412, 409]);
    expect(await laterEventsOf(id)).toEqual([]);
  });

  describe('when they are old', () => {
    /** An event of so many days ago, beside those of today. */
    async function eventOfDaysAgo(days: number): Promise<string> {
      const { rows } = await registry.database.query<{ id: string }>(
        `insert into audit_events (id, organization_id, actor, action, changes, request_id, created)
         values (overlay('00000000-0000-7000-8000-000000000000' placing lpad($2::integer::text, 6, '0') from 31)::uuid, $1, '{}',
                 'organization.updated', '{}', 'old', now() - make_interval(days => $2::integer)) returning id`,
        [tenant.organizationId, days],
      );
      return rows[0]?.id ?? '';
    }
    const isThere = async (id: string): Promise<boolean> =>
      ((await registry.database.query('select 1 from audit_events where id = $1', [id])).rowCount ?? 0) > 0;
    const retention = (days: string | undefined) =>
      new AuditRetention(
        registry.app.nest.get(pg.Pool),
        new Config({ ...(days !== undefined && { AUDIT_RETENTION_DAYS: days }) }),
      );

    it('old audit events stay where the operator sets no end', async () => {
      const id = await eventOfDaysAgo(4_000);
      await retention(undefined).run();
      expect(await isThere(id)).toBe(true);
    });

    it('audit events end after the days that the operator sets, and no younger ones with them', async () => {
      const [old, young] = [await eventOfDaysAgo(91), await eventOfDaysAgo(89)];
      await retention('90').run();
      expect([await isThere(old), await isThere(young)]).toEqual([false, true]);
    });

    it('audit events cannot be deleted by hand before their end, whatever end is claimed', async () => {
      const client = await registry.database.connect();
      await client.query('begin');
      await client.query(`select set_config('registry.audit_retention_days', '1', true)`);
      await expect(client.query('delete from audit_events')).rejects.toThrow('append-only');
      await client.query('rollback');
      client.release();
    });
  });

  it.each(['update audit_events set action = action', 'delete from audit_events'])(
    'audit events stay for ever: the database refuses "%s"',
    async (statement) => {
      await expect(registry.database.query(statement)).rejects.toThrow('append-only');
    },
  );
});
