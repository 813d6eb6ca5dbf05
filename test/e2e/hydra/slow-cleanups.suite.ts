import { setTimeout as sleep } from 'node:timers/promises';
import { LostSecrets } from '../../../src/hydra/sync/lost-secrets.js';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import { Erasure } from '../../../src/oauth-clients/writes/erasure.js';
import { fault } from '../../support/hydra/faults.js';
import { TestRegistry } from '../../support/registry.js';
import { useHydraRegistry, useRegistry } from '../../support/use-registry.js';

type Row = Record<string, unknown>;

describe('a secret that does not get to Hydra', () => {
  const setup = useHydraRegistry({}, { perTest: true });

  const giveUp = (): Promise<void> => setup.registry.app.nest.get(LostSecrets).run();
  const query = async (text: string, values?: unknown[]): Promise<Row[]> =>
    (await setup.registry.database.query<Row>(text, values)).rows;

  async function rotate({ id }: OAuthClientDto): Promise<OAuthClientDto> {
    const path = `${setup.tenant.client(id)}/secrets`;
    return (await setup.registry.api.post<OAuthClientDto>(path, { token: setup.tenant.admin })).body;
  }

  async function read({ id }: OAuthClientDto): Promise<OAuthClientDto> {
    const path = setup.tenant.client(id);
    return (await setup.registry.api.get<OAuthClientDto>(path, { token: setup.tenant.viewer })).body;
  }

  /** A client with a first secret in Hydra, and a second one that Hydra is not reached with. */
  async function stuck(): Promise<{ client: OAuthClientDto; second: string }> {
    const client = await setup.tenant.createClient();
    await setup.hydra.down();
    const { client_secret: second } = await rotate(client);
    return { client, second: String(second) };
  }

  const age = (days: number): Promise<Row[]> =>
    query(`update oauth_client_secrets set created = now() - $1 * interval '1 day'`, [days]);

  it('a secret that does not get to Hydra is kept for less than 7 days', async () => {
    const { client, second } = await stuck();
    await age(6.9);
    await giveUp();
    expect(await query('select 1 from oauth_client_secrets where sealed is not null')).toHaveLength(1);
    await setup.hydra.up();
    while ((await read(client)).sync_status !== 'synced') await sleep(20);
    expect(setup.hydra.verifySecret(client.client_id, second)).toBe(true);
  });

  it('a secret is erased and revoked after 7 days without Hydra, its owner is told, and no older one works there', async () => {
    const { client, second } = await stuck();
    const first = String(client.client_secret);
    await age(7.1);
    const kept = 'select 1 from oauth_client_secrets where sealed is not null or revoked_at is null';
    // A cleanup leaves to its attempt what is being tried at that moment; the next one does not.
    do await giveUp();
    while ((await query(kept)).length > 0);
    expect(await read(client)).toMatchObject({
      sync_status: 'failed',
      sync_problem: { code: 'secret_lost' },
    });

    await setup.hydra.up();
    while (setup.hydra.verifySecret(client.client_id, first)) await sleep(20);
    while ((await query('select 1 from oauth_clients where synced_revision < revision')).length > 0) {
      await sleep(20);
    }
    expect(setup.hydra.verifySecret(client.client_id, second)).toBe(false);
    expect(await read(client)).toMatchObject({
      sync_status: 'failed',
      sync_problem: { code: 'secret_lost' },
    });

    const third = await rotate(client);
    while ((await read(client)).sync_status !== 'synced') await sleep(20);
    expect((await read(client)).sync_problem).toBeNull();
    expect(setup.hydra.verifySecret(client.client_id, String(third.client_secret))).toBe(true);
  });

  it('a secret that does not get to Hydra is left to an attempt that is under way', async () => {
    const { client } = await stuck();
    await age(8);
    await query(
      `update oauth_clients set lease_token = gen_random_uuid(), lease_expires_at = now() + interval '20 s' where id = $1`,
      [client.id],
    );
    await giveUp();
    expect(await query('select 1 from oauth_client_secrets where sealed is not null')).toHaveLength(1);
  });

  it('a secret is given up for a client that Hydra may have, but that cannot be looked at', async () => {
    const client = await setup.tenant.createClient();
    setup.hydra.faults = () => fault.resetAfter();
    await rotate(client);
    await query(
      `update oauth_clients set synced_revision = revision, lease_token = gen_random_uuid(), lease_expires_at = now(),
         sync_verify_at = null where id = $1`,
      [client.id],
    );
    await age(8);
    await setup.hydra.down();
    await giveUp();
    const columns =
      'revision - synced_revision as behind, lease_token, sync_verify_at > now() as verified_later';
    expect(await query(`select ${columns} from oauth_clients`)).toEqual([
      { behind: 1, lease_token: null, verified_later: true },
    ]);
  });
});

describe('a deleted client', () => {
  const { registry, tenant } = useRegistry(
    { ASSIGNABLE_AUDIENCES: 'https://api.example.com' },
    { perTest: true },
  );

  const erase = (): Promise<void> => registry.app.nest.get(Erasure).run();

  async function deleted(): Promise<OAuthClientDto> {
    const client = await tenant.createClient({
      description: 'For Ada',
      scopes: ['notes:read'],
      audiences: ['https://api.example.com'],
      post_logout_redirect_uris: ['https://shop.example.com/ada'],
      allowed_cors_origins: ['https://ada.example.com'],
      client_uri: 'https://ada.example.com',
      logo_uri: 'https://ada.example.com/logo.png',
      policy_uri: 'https://ada.example.com/privacy',
      tos_uri: 'https://ada.example.com/terms',
      contacts: ['ada@example.com'],
    });
    await registry.api.delete(tenant.client(client.id), { token: tenant.admin });
    return client;
  }

  const age = (days: number): Promise<unknown> =>
    registry.database.query(`update oauth_clients set synced_at = now() - $1 * interval '1 day'`, [days]);

  const rowOf = async ({ id }: OAuthClientDto): Promise<Row | undefined> =>
    (await registry.database.query<Row>('select * from oauth_clients where id = $1', [id])).rows[0];

  const secretsOf = async ({ id }: OAuthClientDto): Promise<number | null> =>
    (await registry.database.query('select 1 from oauth_client_secrets where oauth_client_id = $1', [id]))
      .rowCount;

  it('a deleted client keeps what it was for 30 days after the authorization server has deleted it', async () => {
    const client = await deleted();
    await age(29.9);
    await erase();
    expect(await rowOf(client)).toMatchObject({ name: client.name, erased_at: null });
    expect(await secretsOf(client)).toBe(1);
  });

  it('a deleted client is forgotten after 30 days, but for its ids', async () => {
    const client = await deleted();
    await age(30.1);
    await erase();
    const nobody = { issuer: 'urn:oauth-client-registry:erasure', subject: 'erased', client_id: null };
    expect(await rowOf(client)).toMatchObject({
      client_id: client.client_id,
      project_id: tenant.projectId,
      name: 'Erased',
      description: null,
      redirect_uris: [],
      scopes: [],
      audiences: [],
      post_logout_redirect_uris: [],
      allowed_cors_origins: [],
      client_uri: null,
      logo_uri: null,
      policy_uri: null,
      tos_uri: null,
      contacts: [],
      created_by: nobody,
      modified_by: nobody,
      erased_at: expect.any(Date),
    });
    expect(JSON.stringify(await rowOf(client))).not.toMatch(/ada/i);
    expect(await secretsOf(client)).toBe(0);
    const read = await registry.api.get(tenant.client(client.id), { token: tenant.viewer });
    expect(read.status).toBe(404);
  });

  it('an erased client stays in the audit events with who did what', async () => {
    const client = await deleted();
    await age(31);
    await erase();
    const { rows } = await registry.database.query<Row>(
      `select action, actor->>'subject' as subject from audit_events where oauth_client_id = $1 order by id`,
      [client.id],
    );
    const { admin: subject } = tenant.people;
    expect(rows).toEqual([
      { action: 'oauth_client.created', subject },
      { action: 'oauth_client.deleted', subject },
    ]);
  });

  it('a deleted client is erased once', async () => {
    const client = await deleted();
    await age(31);
    await erase();
    const before = await rowOf(client);
    await erase();
    expect(await rowOf(client)).toEqual(before);
  });

  it.each([
    ['is not deleted', `deleted_at = null`],
    ['has not reached the authorization server', `synced_revision = revision - 1`],
    ['may not have reached it', `sync_verify_at = now()`],
    ['is being brought to it', `lease_token = gen_random_uuid()`],
  ])('a client is not erased while it %s', async (_, change) => {
    const client = await deleted();
    await age(31);
    await registry.database.query(`update oauth_clients set ${change} where id = $1`, [client.id]);
    await erase();
    expect(await rowOf(client)).toMatchObject({ name: client.name, erased_at: null });
  });

  it('a deleted client is erased among very many', async () => {
    const client = await deleted();
    await registry.database.query(
      `insert into oauth_clients (id, organization_id, project_id, client_id, name, redirect_uris, grant_types, scopes,
         token_endpoint_auth_method, pkce_required, trusted, enabled, created, modified, created_by, modified_by, deleted_at,
         revision, synced_revision, synced_at)
       select gen_random_uuid(), organization_id, project_id, gen_random_uuid(), name, redirect_uris, grant_types, scopes,
         token_endpoint_auth_method, pkce_required, trusted, enabled, created, modified, created_by, modified_by, deleted_at,
         revision, synced_revision, synced_at
       from oauth_clients, generate_series(1, 1100) where id = $1`,
      [client.id],
    );
    await age(31);
    await Promise.all([erase(), erase()]);
    const { rows } = await registry.database.query<Row>(
      'select count(*)::int as count from oauth_clients where erased_at is not null',
    );
    expect(rows).toEqual([{ count: 1_101 }]);
  });
});

describe('an imported secret', () => {
  it('an imported secret is none that the embedded authorization server takes', async () => {
    const registry = await TestRegistry.start();
    const tenant = await registry.tenant();
    const client = await tenant.createClient({ grant_types: ['client_credentials'], redirect_uris: null });
    await registry.database.query('update oauth_client_secrets set hash = null, last_four = null');
    for (const secret of [String(client.client_secret), 'null']) {
      const answer = await registry.api.post<Row>('/oauth2/token', {
        raw: 'grant_type=client_credentials',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: `Basic ${Buffer.from(`${client.client_id}:${secret}`).toString('base64')}`,
        },
      });
      expect([answer.status, answer.body['error']]).toEqual([401, 'invalid_client']);
    }
    await registry.stop();
  });
});
