import { setTimeout as sleep } from 'node:timers/promises';
import { Erasure } from '../../../src/oauth-clients/writes/erasure.js';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import type { Body } from '../../support/registry.js';
import { DriftScene } from './drift-scene.js';
import { HydraEdits, letTimePass, type Members } from './hydra-edits.js';
import { ImportScene } from './import-scene.js';
import { useHydraRegistry } from '../../support/use-registry.js';

const setup = useHydraRegistry({}, { perTest: true });
let edits: HydraEdits;
let scene: DriftScene;

beforeEach(async () => {
  edits = new HydraEdits(setup);
  scene = new DriftScene(setup);
});

/** What an operator may set in Hydra, of each kind: text, list, object, duration, flag, and metadata. */
const OPERATORS: Members = {
  jwks_uri: 'https://shop.example/keys',
  request_uris: ['https://shop.example/request'],
  subject_type: 'public',
  userinfo_signed_response_alg: 'RS256',
  access_token_strategy: 'opaque',
  client_credentials_grant_access_token_lifespan: '2h0m0s',
  backchannel_logout_uri: 'https://shop.example/logout',
  backchannel_logout_session_required: true,
};
const TEAM = { team: { name: 'shop', people: [1, 'two', null] } };

async function send(method: 'patch' | 'post' | 'get', path: string, body?: Body) {
  const answer = await setup.registry.api[method]<OAuthClientDto>(path, { token: setup.tenant.admin, body });
  expect(answer.status).toBeLessThan(300);
  return answer;
}
const patch = async ({ id }: OAuthClientDto, body: Body) =>
  (await send('patch', setup.tenant.client(id), body)).body;

async function compare(): Promise<void> {
  await letTimePass(setup);
  await scene.compare();
  while ((await scene.unsynced()) > 0) await sleep(20);
}

/** Sets them in Hydra beside what is there. */
async function operate(client: OAuthClientDto): Promise<void> {
  const stored = await edits.read(client.client_id);
  await edits.change(client.client_id, {
    ...OPERATORS,
    metadata: { ...(stored?.['metadata'] as object), ...TEAM },
  });
}

const expectKept = async ({ client_id: id }: Pick<OAuthClientDto, 'client_id'>): Promise<void> =>
  expect(await edits.read(id)).toMatchObject({ ...OPERATORS, metadata: TEAM });

describe('what an operator has set in Hydra', () => {
  it('what an operator has set in Hydra stays when the owner changes the client, or a change past the registry is undone', async () => {
    const client = await setup.tenant.createClient();
    await operate(client);
    await patch(client, { name: 'Renamed', enabled: false });
    await expectKept(client);

    await edits.change(client.client_id, { client_name: 'Changed in Hydra' });
    await compare();
    expect(await edits.read(client.client_id)).toMatchObject({ client_name: 'Renamed' });
    await expectKept(client);
  });

  it('what an operator has set in Hydra comes back with a lost client, as the last comparison has seen it', async () => {
    const client = await setup.tenant.createClient();
    await operate(client);
    await compare();
    await edits.remove(client.client_id);
    await compare();
    await expectKept(client);
    expect(await edits.read(client.client_id)).toMatchObject({ client_name: client.name });
  });

  it('what an operator has set in Hydra comes with an import, and back after a loss', async () => {
    const imports = new ImportScene(setup);
    const clientId = await imports.existing({ ...OPERATORS, metadata: TEAM });
    expect((await imports.import(['--client-id', clientId])).stdout).not.toContain('erases');
    await imports.imported(clientId);
    await expectKept({ client_id: clientId });
    expect(imports.works(clientId)).toBe(true);
    await edits.remove(clientId);
    await compare();
    await expectKept({ client_id: clientId });
  });

  it('what an operator has set in Hydra is given back where the registry has set it for some time', async () => {
    const client = await setup.tenant.createClient();
    await operate(client);
    await compare();
    await patch(client, { scopes: ['oauth_clients:read'] });
    expect(await edits.read(client.client_id)).toMatchObject({ access_token_strategy: 'jwt' });
    await compare();
    await patch(client, { scopes: [] });
    await expectKept(client);
  });

  it('what an operator has set in Hydra is no change of the client: ETag and times stay, and no answer shows it', async () => {
    const client = await setup.tenant.createClient();
    const path = setup.tenant.client(client.id);
    const before = await send('get', path);
    await operate(client);
    await compare();
    const after = await send('get', path);
    expect([after.text, after.headers.get('etag')]).toEqual([before.text, before.headers.get('etag')]);
  });

  it('what an operator has set in Hydra is forgotten with a deleted client', async () => {
    const client = await setup.tenant.createClient();
    await operate(client);
    await compare();
    const { database, app } = setup.registry;
    const kept = async () =>
      (await database.query('select unmanaged from oauth_clients where unmanaged is not null')).rowCount;
    expect(await kept()).toBe(1);
    await setup.registry.api.delete(setup.tenant.client(client.id), { token: setup.tenant.admin });
    await database.query(
      `update oauth_clients set synced_at = now() - interval '31 days', sync_verify_at = null`,
    );
    await app.nest.get(Erasure).run();
    expect(await kept()).toBe(0);
  });

  it('what an operator has set in Hydra makes way for the mark only where there is no place beside it', async () => {
    const client = await setup.tenant.createClient();
    const before = await edits.read(client.client_id);
    for (const metadata of [['a list'], 'a text', 7, null]) {
      await edits.change(client.client_id, { metadata });
      await compare();
      expect((await edits.read(client.client_id))?.['metadata']).toEqual(before?.['metadata']);
    }
    expect(setup.hydra.verifySecret(client.client_id, String(client.client_secret))).toBe(true);
  });
});
