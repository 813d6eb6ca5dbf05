import { setTimeout as sleep } from 'node:timers/promises';
import type { OAuthClientDto } from '../../src/oauth-clients/dto/oauth-client.dto.js';
import { authenticates } from '../faults/hydra-target.js';
import { compareAll } from '../support/hydra/compare-all.js';
import { hydraSettings } from '../support/hydra/hydra-registry.js';
import { MACHINE_CLIENT, TestRegistry, type Body, type TestTenant } from '../support/registry.js';
import { restorableHydras, type RestorableHydra } from './restorable-hydra.js';

type Members = Readonly<Record<string, unknown>>;

describe.each(restorableHydras())('a registry and $name', ({ start, hasBackUps }) => {
  const itBySql = hasBackUps ? it : it.skip;
  let hydra: RestorableHydra;
  let registry: TestRegistry;
  let tenant: TestTenant;
  const made: string[] = [];

  beforeAll(async () => {
    hydra = await start();
    registry = await TestRegistry.start(hydraSettings(hydra.adminUrl));
    tenant = await registry.tenant({ trusted_clients_allowed: true });
  });

  afterAll(async () => {
    await registry.stop();
    for (const id of made) await fetch(`${hydra.adminUrl}/admin/clients/${id}`, { method: 'DELETE' });
    await hydra.stop();
  });

  async function create(body: Body = MACHINE_CLIENT): Promise<OAuthClientDto> {
    const client = await tenant.createClient(body);
    made.push(client.client_id);
    expect(client.sync_status).toBe('synced');
    return client;
  }

  const send = async (method: 'post' | 'patch' | 'get', path: string, body?: Body) =>
    (await registry.api[method]<OAuthClientDto>(path, { token: tenant.admin, body })).body;
  const rotate = ({ id }: OAuthClientDto) => send('post', `${tenant.client(id)}/secrets`);
  const read = ({ id }: OAuthClientDto) => send('get', tenant.client(id));

  /** Whether the secret that one answer told is the one that Hydra takes. */
  const works = ({ client_id: clientId }: OAuthClientDto, { client_secret: secret }: OAuthClientDto) =>
    authenticates(hydra.publicUrl, { clientId, secret: String(secret), method: 'client_secret_basic' });

  const address = ({ client_id: id }: OAuthClientDto) => `${hydra.adminUrl}/admin/clients/${id}`;
  const inHydra = async (client: OAuthClientDto): Promise<Members> =>
    (await (await fetch(address(client))).json()) as Members;

  async function put(client: OAuthClientDto, members: Members): Promise<void> {
    const { status } = await fetch(address(client), { method: 'PUT', body: JSON.stringify(members) });
    expect(status).toBe(200);
  }

  /** A comparison of all, as if the last change had been a while ago, and what follows from it by itself. */
  async function compare(): Promise<void> {
    const past = `update oauth_clients set synced_at = synced_at - interval '1 minute'`;
    await registry.database.query(past);
    await compareAll(registry);
    const open = 'select from oauth_clients where synced_revision < revision and doubt is null';
    while (((await registry.database.query(open)).rowCount ?? 0) > 0) await sleep(20);
  }

  /** As if half a minute had passed since the first look. */
  async function lookAgain(client: OAuthClientDto): Promise<void> {
    const raised = `update oauth_clients set sync_verify_at = now(), sync_due_at = null where doubt = 'raised' and id = $1`;
    expect((await registry.database.query(raised, [client.id])).rowCount).toBe(1);
    while ((await read(client)).sync_status === 'pending') await sleep(20);
  }

  async function expectRevokedSecretEnds(client: OAuthClientDto, rotated: OAuthClientDto): Promise<void> {
    await compare();
    await lookAgain(client);
    expect((await read(client)).sync_problem?.code).toBe('secret_lost');
    expect([await works(client, client), await works(client, rotated)]).toEqual([false, false]);
    const fresh = await rotate(client);
    expect([fresh.sync_status, await works(client, fresh)]).toEqual(['synced', true]);
  }

  itBySql('the registry and Hydra end a revoked secret that a restore by SQL has brought back', async () => {
    const client = await create();
    const restore = await hydra.backUp(client.client_id);
    const rotated = await rotate(client);
    await restore();
    expect([await works(client, client), await works(client, rotated)]).toEqual([true, false]);
    await expectRevokedSecretEnds(client, rotated);
  });

  itBySql(
    'the registry and Hydra keep the secret that a restore by SQL has left as it was, and bring the rest there',
    async () => {
      const client = await create();
      const restore = await hydra.backUp(client.client_id);
      await send('patch', tenant.client(client.id), { name: 'Renamed' });
      await restore();
      await compare();
      expect(await inHydra(client)).toMatchObject({ client_name: 'Renamed' });
      expect([(await read(client)).sync_problem, await works(client, client)]).toEqual([null, true]);
    },
  );

  it('the registry and Hydra do not trust a secret after a restore by PUT, which may have kept it or not', async () => {
    const client = await create();
    const before = await inHydra(client);
    const rotated = await rotate(client);
    await put(client, before);
    await expectRevokedSecretEnds(client, rotated);
  });

  it('the registry and Hydra change no secret after a PUT without metadata, and put the mark back', async () => {
    const client = await create();
    const { metadata, ...members } = await inHydra(client);
    await put(client, members);
    expect((await inHydra(client))['metadata']).toEqual({});
    await compare();
    expect((await inHydra(client))['metadata']).toEqual(metadata);
    expect(await read(client)).toMatchObject({ sync_status: 'synced', sync_problem: null });
    expect(await works(client, client)).toBe(true);
    await send('patch', tenant.client(client.id), { name: 'Renamed' });
    expect(await works(client, client)).toBe(true);
  });

  it('the registry and Hydra end the secret of a client that somebody has made anew', async () => {
    const client = await create();
    await compare();
    await fetch(address(client), { method: 'DELETE' });
    // Hydra tells the time of its making to the second.
    await sleep(1_100);
    const secret = 'the secret of its maker';
    const body = JSON.stringify({ client_id: client.client_id, client_secret: secret });
    expect((await fetch(`${hydra.adminUrl}/admin/clients`, { method: 'POST', body })).status).toBe(201);
    await compare();
    await lookAgain(client);
    expect((await read(client)).sync_problem?.code).toBe('secret_lost');
    expect(await works(client, { ...client, client_secret: secret })).toBe(false);
  });

  it('the registry and Hydra keep what an operator has set, through a change, a comparison and a loss', async () => {
    const client = await create();
    const stored = await inHydra(client);
    const set = {
      jwks_uri: 'https://shop.example/keys',
      request_uris: ['https://shop.example/request'],
      access_token_strategy: 'opaque',
      client_credentials_grant_access_token_lifespan: '2h0m0s',
      implicit_grant_id_token_lifespan: '3h0m0s',
    };
    const metadata = { ...(stored['metadata'] as object), team: 'shop' };
    await put(client, { ...stored, ...set, metadata });
    await send('patch', tenant.client(client.id), { name: 'Renamed' });
    expect(await inHydra(client)).toMatchObject({
      ...set,
      client_name: 'Renamed',
      metadata: { team: 'shop' },
    });
    await compare();
    await fetch(address(client), { method: 'DELETE' });
    await compare();
    expect(await inHydra(client)).toMatchObject({
      ...set,
      client_name: 'Renamed',
      metadata: { team: 'shop' },
    });
  });
});
