import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { TestRegistry, type Body, type TestTenant } from '../../support/registry.js';
import { eventsOf } from '../provisioning/support.js';
import { CALLBACK, ClientCalls, expectRefusedUpdate, WEB } from './support.js';
import { revisionIn } from '../../support/revision.js';
import { untilWaiting } from '../../support/until-waiting.js';
import { useHydraRegistry, useRegistry } from '../../support/use-registry.js';

const OTHER = 'https://shop.example.com/other';

const put = async (registry: TestRegistry, { organizationId }: TestTenant, body: Body) => {
  const token = await registry.platform();
  const answer = await registry.api.put(`/v1/organizations/${organizationId}`, { token, body });
  expect(answer.status).toBe(200);
};

describe('When the platform takes back that an organization may have trusted clients', () => {
  const { registry } = useRegistry();
  let tenant: TestTenant;
  let calls: ClientCalls;
  beforeEach(async () => {
    tenant = await registry.tenant({ trusted_clients_allowed: true });
    calls = new ClientCalls(registry, tenant, tenant.admin);
  });

  const allow = (trusted_clients_allowed: boolean) => put(registry, tenant, { trusted_clients_allowed });

  async function trusted(): Promise<{ id: string }> {
    const { status, body } = await calls.create({
      ...WEB,
      trusted: true,
      redirect_uris: [CALLBACK, OTHER],
      scopes: ['openid', 'notes:read'],
    });
    expect(status).toBe(201);
    return body;
  }

  it('a trusted client still says that it is trusted when trust is taken back, one revision on, with modified kept', async () => {
    const { id } = await trusted();
    const { body: before } = await calls.get(id);
    await allow(false);
    const { body: after, headers } = await calls.get(id);

    const codes = (client: OAuthClientDto): string[] => client.advice.map(({ code }) => code);
    expect({ ...after, advice: [] }).toEqual({ ...before, advice: [] });
    expect(codes(after)).toEqual([...codes(before), 'trust_without_effect']);
    expect(after).toMatchObject({ trusted: true, sync_status: 'synced' });
    expect(revisionIn(headers)).toBe(2);
  });

  it('taking trust back makes one event of the organization and one of each trusted client, and none of others', async () => {
    const { id } = await trusted();
    await calls.create(WEB);
    const gone = await trusted();
    await calls.delete(gone.id);
    const earlier = await eventsOf(registry.database, tenant.organizationId);
    await allow(false);
    await allow(false);
    await allow(true);

    const events = (await eventsOf(registry.database, tenant.organizationId)).slice(earlier.length);
    expect(events).toMatchObject([
      {
        action: 'organization.updated',
        oauth_client_id: null,
        changes: { trusted_clients_allowed: { from: true, to: false } },
      },
      { action: 'oauth_client.trust_changed', oauth_client_id: id, revision: 2, changes: {} },
      { action: 'organization.updated', changes: { trusted_clients_allowed: { from: false, to: true } } },
      { action: 'oauth_client.trust_changed', oauth_client_id: id, revision: 3 },
    ]);
    expect(new Set(events.map(({ actor }) => actor['subject']))).toEqual(new Set(['platform']));
  });

  it.each<[string, Body, string]>([
    ['another redirect URI', { redirect_uris: [CALLBACK, 'https://evil.example/cb'] }, '/redirect_uris/1'],
    ['another scope', { scopes: ['openid', 'notes:write'] }, '/scopes/1'],
  ])(
    'a client whose trust is taken back cannot get %s, and can when it gives up its trust',
    async (_, body, pointer) => {
      const { id } = await trusted();
      await allow(false);
      await expectRefusedUpdate(registry, calls, id, body, [`${pointer} trusted_client_only_narrows`]);

      expect(await calls.update(id, { ...body, trusted: false })).toMatchObject({
        status: 200,
        body: { ...body, trusted: false },
      });
    },
  );

  it('a client whose trust is taken back can be narrowed, renamed and disabled', async () => {
    const { id } = await trusted();
    await allow(false);
    const body = { name: 'Renamed', redirect_uris: [OTHER], scopes: ['openid'], enabled: false };

    expect(await calls.update(id, body)).toMatchObject({ status: 200, body: { ...body, trusted: true } });
  });

  it('a client can be changed as before once the platform allows trusted clients again', async () => {
    const { id } = await trusted();
    await allow(false);
    await allow(true);

    expect(await calls.update(id, { scopes: ['openid', 'notes:write'] })).toMatchObject({ status: 200 });
  });

  it('all trusted clients follow when trust is taken back, however many they are', async () => {
    await trusted();
    await registry.database.query(
      `insert into oauth_clients
       select (jsonb_populate_record(c, jsonb_build_object('id', gen_random_uuid(), 'client_id', gen_random_uuid()))).*
       from oauth_clients c, generate_series(1, 1500) where c.project_id = $1`,
      [tenant.projectId],
    );
    await allow(false);

    const { rows } = await registry.database.query(
      `select count(*)::integer as clients from oauth_clients
       where project_id = $1 and trusted and revision = 2 and trust_ended_at is not null`,
      [tenant.projectId],
    );
    expect(rows).toEqual([{ clients: 1501 }]);
  });
});

describe('When the platform takes back trusted clients while Hydra follows', () => {
  const setup = useHydraRegistry();

  const inHydra = (clientId: string) => setup.hydra.clients.get(clientId)?.members;

  async function until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await sleep(20);
  }

  it('Hydra asks for consent again when trust is taken back, and no longer once it is allowed again', async () => {
    const client = await setup.tenant.createClient({ trusted: true });
    expect(inHydra(client.client_id)).toMatchObject({ skip_consent: true, skip_logout_consent: true });

    for (const isAllowed of [false, true]) {
      await put(setup.registry, setup.tenant, { trusted_clients_allowed: isAllowed });
      await until(() => inHydra(client.client_id)?.skip_consent === isAllowed);
      expect(inHydra(client.client_id)).toMatchObject({
        skip_consent: isAllowed,
        skip_logout_consent: isAllowed,
      });
    }
  });

  it('a client that becomes trusted in the moment in which trust is taken back follows in Hydra too', async () => {
    const { registry } = setup;
    const tenant = await registry.tenant({ trusted_clients_allowed: true });
    const first = await tenant.createClient({ trusted: true });
    const { id, client_id: clientId } = await tenant.createClient();
    // Holds up the transaction that takes the permission back, after it has looked which clients are trusted.
    const connection = await registry.database.connect();
    await connection.query('begin');
    await connection.query('select from oauth_clients where id = $1 for update', [first.id]);
    const taken = put(registry, tenant, { trusted_clients_allowed: false });
    await untilWaiting(registry.database);
    const token = tenant.admin;
    const changed = await registry.api.patch(tenant.client(id), { token, body: { trusted: true } });
    expect(changed.status).toBe(200);
    expect(inHydra(clientId)?.skip_consent).toBe(true);
    await connection.query('commit');
    connection.release();
    await taken;

    await until(() => inHydra(clientId)?.skip_consent === false);
  });
});
