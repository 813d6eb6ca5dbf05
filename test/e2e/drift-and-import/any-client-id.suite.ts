import { setTimeout as sleep } from 'node:timers/promises';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import { expectProblem } from '../../support/problem.js';
import type { Body } from '../../support/registry.js';
import { askGate, askTokenHook, reasonIn } from '../hydra/hooks-calls.js';
import { DriftScene } from './drift-scene.js';
import { letTimePass, type Members } from './hydra-edits.js';
import { ImportScene } from './import-scene.js';
import { useHydraRegistry } from '../../support/use-registry.js';

const GONE = 'the client is disabled or deleted: use another, or enable it in the registry';
const SHOP = 'https://Shop.example/clients/a+b~c@d:e_f';
const MACHINE = {
  grant_types: ['client_credentials'],
  response_types: [],
  redirect_uris: [],
  scope: 'oauth_clients:read oauth_clients:write',
};

const setup = useHydraRegistry({ AUTHORIZE_GATE: 'enabled' });
let scene: ImportScene;

beforeAll(async () => {
  scene = new ImportScene(setup);
});

const api = () => setup.registry.api;

async function takeOver(clientId: string, members: Members = {}): Promise<OAuthClientDto> {
  await scene.existing({ client_id: clientId, ...members });
  expect(await scene.import(['--client-id', clientId, '--any-client-id'])).toMatchObject({ code: 0 });
  return scene.imported(clientId);
}

const patch = async ({ id }: OAuthClientDto, body: Body): Promise<OAuthClientDto> => {
  const { admin: token } = setup.tenant;
  const answer = await api().patch<OAuthClientDto>(setup.tenant.client(id), { token, body });
  expect([answer.status, answer.body.sync_status]).toEqual([200, 'synced']);
  return answer.body;
};

describe('a client whose client_id is no UUID', () => {
  it('a client_id that is no UUID is refused by name, unless the operator, who is told what that means, says otherwise', async () => {
    await scene.existing({ client_id: 'kyoto', owner: 'kyoto-team' });
    const refused = await scene.import(['--owner', 'kyoto-team']);
    expect([refused.code, refused.stdout]).toEqual([
      1,
      expect.stringMatching(/reason +kyoto +"Old web shop" .*--any-client-id/),
    ]);
    const taken = await scene.import(['--owner', 'kyoto-team', '--any-client-id']);
    expect([taken.code, taken.stdout]).toEqual([
      0,
      expect.stringMatching(/names +kyoto +"Old web shop" .*no UUID: code that was generated/),
    ]);
  });

  it.each([
    'tokyo',
    'TESTING_CLIENT',
    SHOP,
    '0',
    '5F0C2B9E-3D1A-4C47-9A55-0D6F3F1F7F10',
    `${'x'.repeat(254)}.`,
  ])('a client whose client_id is no UUID lives as any other: %s', async (clientId) => {
    const client = await takeOver(clientId);
    expect(client).toMatchObject({ client_id: clientId, sync_status: 'synced' });
    const { id, modified: _, ...read } = client;
    expect(await patch(client, { ...read, id, name: 'Renamed' })).toMatchObject({ name: 'Renamed' });
    expect(scene.works(clientId)).toBe(true);

    await scene.edits.change(clientId, { client_name: 'Changed in Hydra' });
    const drift = new DriftScene(setup);
    await letTimePass(setup);
    await drift.compare();
    while ((await drift.unsynced()) > 0);
    expect(await scene.edits.read(clientId)).toMatchObject({ client_name: 'Renamed' });
    expect(scene.works(clientId)).toBe(true);

    expect((await askTokenHook(api(), clientId)).body.session.access_token).toMatchObject({
      project_id: setup.tenant.projectId,
    });
    await patch(client, { enabled: false });
    expect(reasonIn(await askTokenHook(api(), clientId))).toBe(GONE);
    expect(reasonIn(await askGate(api(), `client_id=${encodeURIComponent(clientId)}`))).toBe(GONE);
    const { admin: token } = setup.tenant;
    expect((await api().delete(setup.tenant.client(id), { token })).status).toBe(204);
    expect(await scene.edits.read(clientId)).toBeNull();
    expect(reasonIn(await askTokenHook(api(), clientId))).toBe(GONE);
  });

  it('a client_id that is no UUID is another one in another case, and the gate finds it in any, as a Hydra on MySQL does', async () => {
    const [shop, other] = [await takeOver('Shop'), await takeOver('SHOP')];
    await patch(shop, { pkce_required: true });
    const gate = async (clientId: string) =>
      reasonIn(await askGate(api(), `client_id=${clientId}&response_type=code`));
    const demand = 'this client must use PKCE: code_challenge is missing';
    expect([await gate('Shop'), await gate('SHOP'), await gate('shopping')]).toEqual([demand, null, null]);
    await api().delete(setup.tenant.client(other.id), { token: setup.tenant.admin });
    await patch(shop, { enabled: false });
    expect([await gate('shop'), await gate('sHOP')]).toEqual([GONE, GONE]);
  });

  it('a client whose client_id is no UUID acts on its own project with its tokens, and is never the platform', async () => {
    const { registry, tenant } = setup;
    const other = await registry.tenant();
    await takeOver('batch/Job:1', MACHINE);
    const token = await registry.machine('batch/Job:1');
    expect((await api().get(tenant.clients, { token })).status).toBe(200);
    const made = await api().post(tenant.clients, {
      token,
      body: { name: 'By it', grant_types: ['client_credentials'] },
    });
    expect(made.status).toBe(201);
    expectProblem(await api().get(other.clients, { token }), 'not_found');
    const { body } = await api().get<{ data: { id: string }[] }>('/v1/organizations', { token });
    expect(body.data.map(({ id }) => id)).toEqual([tenant.organizationId]);

    const platform = await registry.machine('batch/Job:1', ['registry:admin']);
    const path = `/v1/organizations/${tenant.organizationId}`;
    expectProblem(await api().put(path, { token: platform, body: { name: 'Taken over' } }), 'not_found');
    const person = await registry.person(tenant.people.admin, ['oauth_clients:read'], 'batch/Job:1');
    expect((await api().get(tenant.clients, { token: person })).status).toBe(200);
  });

  it('a client whose client_id is no UUID is found by no token whose client_id is none', async () => {
    for (const clientId of ['a b', 'é', 'x'.repeat(256), `lost\u0000`]) {
      const token = await setup.registry.machine(clientId);
      expect((await api().get(setup.tenant.clients, { token })).status).toBeLessThan(500);
    }
  });

  it('a client whose client_id is no UUID gets no tokens while it bears our mark and the registry has lost it', async () => {
    const { rows } = await setup.registry.database.query<{ id: string }>('select id from registry_identity');
    const mark = { registry: rows[0]?.id, project_id: setup.tenant.projectId };
    const ids = ['lost', `${SHOP}/lost`, 'lost client', 'verloren-ü'];
    for (const client_id of ids)
      await scene.existing({ client_id, metadata: { oauth_client_registry: mark } });
    await new DriftScene(setup).compare();
    for (const id of ids) {
      expect([id, reasonIn(await askTokenHook(api(), id))]).toEqual([id, GONE]);
      expect([id, reasonIn(await askGate(api(), `client_id=${encodeURIComponent(id)}`))]).toEqual([id, GONE]);
    }
    expect((await askTokenHook(api(), 'a stranger')).status).toBe(204);
    expect((await askTokenHook(api(), 'x'.repeat(2_000))).status).toBe(204);
    expect((await scene.import(['--client-id', 'lost', '--any-client-id'])).code).toBe(0);
    // What hooks know of a client is some seconds old at most.
    while ((await askTokenHook(api(), 'lost')).status !== 200) await sleep(50);
  });
});
