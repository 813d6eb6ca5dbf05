import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import { keepSeenSecret } from '../../../src/oauth-clients/writes/secret-use.writes.js';
import { MACHINE_CLIENT, type TestRegistry } from '../../support/registry.js';
import { ImportScene } from '../drift-and-import/import-scene.js';
import { expectProblem } from '../oauth-clients/support.js';
import { askForToken, askUnderLoad, Gate } from './gate.js';

const CLIENTS = 20;
const WIDTH = 8;
/** Slow hashes are slow. */
const IMPORTED = 5;

interface CredentialRow {
  readonly client_id: string;
  readonly server_mode: string;
  readonly server_key: string | null;
  readonly is_settled: boolean;
}

async function credentialsOf({ registry }: Gate): Promise<CredentialRow[]> {
  const { rows } = await registry.database.query<CredentialRow>(
    `select client_id, server_mode, server_key, not moving and synced_revision = revision and sync_verify_at is null
       and lease_token is null as is_settled
     from oauth_clients where deleted_at is null`,
  );
  return rows;
}

/** Waits until all clients are where the condition wants them, and nothing is on its way. */
async function settled(gate: Gate, isThere: (row: CredentialRow) => boolean): Promise<CredentialRow[]> {
  for (;;) {
    const rows = await credentialsOf(gate);
    if (rows.every((row) => row.is_settled && isThere(row))) return rows;
    await sleep(50);
  }
}

const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(Math.random() * items.length)] as Item;

describe('Under load, no token is refused', () => {
  let gate: Gate;
  const processes: TestRegistry[] = [];

  afterEach(async () => {
    for (const registry of processes.splice(0)) await registry.stop();
    await gate.stop();
  });

  const startAnother = async (settings: Record<string, string>): Promise<void> => {
    processes.push(await gate.another(settings));
  };
  const makeClients = (): Promise<OAuthClientDto[]> =>
    Promise.all(Array.from({ length: CLIENTS }, () => gate.tenant.createClient(MACHINE_CLIENT)));
  const load = (clients: readonly OAuthClientDto[]) =>
    askUnderLoad(
      () => {
        const client = pick(clients);
        return askForToken(pick([gate.registry, ...processes]), client, client.client_secret);
      },
      { width: WIDTH },
    );
  const asked = async (caller: { asked(): number }, more: number): Promise<void> => {
    const enough = caller.asked() + more;
    while (caller.asked() < enough) await sleep(10);
  };

  it('no token is refused under load while the token gate is turned on', async () => {
    gate = await Gate.start({ settings: { TOKEN_GATE: 'disabled' } });
    const clients = await makeClients();
    const asking = load(clients);
    await asked(asking, 50);
    await startAnother({ TOKEN_GATE: 'enabled' });
    const rows = await settled(gate, ({ server_mode }) => server_mode === 'gate');
    await asked(asking, 50);

    expect(await asking.stop()).toEqual([]);
    expect(rows).toHaveLength(CLIENTS);
    for (const { client_id: id, client_secret } of clients)
      expect(gate.hydra.verifySecret(id, String(client_secret))).toBe(false);
  });

  it('no token is refused under load while a new key is listed second, and then first', async () => {
    const [old, next] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
    gate = await Gate.start({ settings: { SECRETS_KEY: `${old},${next}` } });
    const clients = await makeClients();
    const [before] = await settled(gate, () => true);
    const asking = load(clients);
    await asked(asking, 50);
    await startAnother({ SECRETS_KEY: `${next},${old}` });
    const rows = await settled(gate, ({ server_key }) => server_key !== before?.server_key);
    await asked(asking, 50);

    expect(await asking.stop()).toEqual([]);
    expect(new Set(rows.map(({ server_key }) => server_key)).size).toBe(1);
  });

  it('no token is refused under load while clients are imported, and come to the token gate with their secrets', async () => {
    gate = await Gate.start();
    const scene = new ImportScene(gate);
    const machine = { grant_types: ['client_credentials'], redirect_uris: [], scope: 'notes:read' };
    const secret = 'chosen by people';
    const ids = await Promise.all(
      Array.from({ length: IMPORTED }, () =>
        scene.existing({
          ...machine,
          client_secret: secret,
          token_endpoint_auth_method: 'client_secret_basic',
        }),
      ),
    );
    const asking = askUnderLoad(() => askForToken(gate.registry, { client_id: pick(ids) }, secret), {
      width: 2,
    });
    await asked(asking, 50);
    const end = await scene.import(['--owner', 'shop-team']);
    expect(end).toMatchObject({ code: 0 });
    const rows = await settled(gate, ({ server_mode }) => server_mode === 'gate');
    await asked(asking, 50);

    expect(await asking.stop()).toEqual([]);
    expect(rows).toHaveLength(IMPORTED);
    for (const id of ids) expect(gate.hydra.verifySecret(id, secret)).toBe(false);
    const { rows: stored } = await gate.registry.database.query<{ scrypt: Buffer; last_four: string | null }>(
      'select scrypt, last_four from oauth_client_secrets',
    );
    expect(new Set(stored.map(({ scrypt }) => scrypt.toString('hex'))).size).toBe(IMPORTED);
    // A short secret would be half told by its last four characters.
    expect(stored.map(({ last_four }) => last_four)).toEqual(stored.map(() => null));
  });
});

describe('An imported secret', () => {
  let gate: Gate;
  let client: OAuthClientDto;
  const secret = 'chosen by people';

  beforeEach(async () => {
    gate = await Gate.start();
    const scene = new ImportScene(gate);
    const id = await scene.existing({
      grant_types: ['client_credentials'],
      redirect_uris: [],
      scope: 'notes:read',
      client_secret: secret,
      token_endpoint_auth_method: 'client_secret_basic',
    });
    await scene.import(['--owner', 'shop-team']);
    client = await scene.imported(id);
  });
  afterEach(() => gate.stop());

  const call = (method: 'post' | 'delete', path: string, body?: object) =>
    gate.registry.api[method]<OAuthClientDto>(`${gate.tenant.client(client.id)}${path}`, {
      token: gate.tenant.admin,
      body,
    });
  const ask = (presented: unknown = secret): Promise<string> => askForToken(gate.registry, client, presented);

  it('an imported secret overlaps with no other until it was used, and then does', async () => {
    const early = await call('post', '/secrets', { overlap_seconds: 60 });
    expectProblem(early, 422, 'validation_failed', ['/overlap_seconds secret_not_seen_yet']);
    expect(await ask()).toBe('200');
    await settled(gate, ({ server_mode }) => server_mode === 'gate');
    const { body, status } = await call('post', '/secrets', { overlap_seconds: 60 });

    expect(status).toBe(201);
    expect([await ask(), await ask(body.client_secret), await ask('wrong')]).toEqual([
      '200',
      '200',
      '401 invalid_client',
    ]);
  });

  it('an imported secret is left for its next use while its client is on its way to Hydra, whose end would undo the move', async () => {
    const { database } = gate.registry;
    const { rows } = await database.query<{ id: string }>(
      'select id from oauth_client_secrets where oauth_client_id = $1',
      [client.id],
    );
    const seen = { id: String(rows[0]?.id), scrypt: Buffer.alloc(49, 1), last_four: null };
    const stored = async () => {
      await keepSeenSecret(database, seen);
      const { rows: secrets } = await database.query<{ scrypt: Buffer | null }>(
        'select scrypt from oauth_client_secrets where id = $1',
        [seen.id],
      );
      return secrets[0]?.scrypt ?? null;
    };
    await settled(gate, () => true);
    // Long past its end: a late report still counts until somebody takes the lease over.
    await database.query(
      "update oauth_clients set lease_token = gen_random_uuid(), lease_expires_at = now() - interval '1 hour' where id = $1",
      [client.id],
    );
    expect(await stored()).toBeNull();
    await database.query(
      'update oauth_clients set lease_token = null, lease_expires_at = null where id = $1',
      [client.id],
    );
    expect(await stored()).toEqual(seen.scrypt);
  });

  it('an imported secret is replaced in Hydra at once when another one is made without an overlap', async () => {
    const { body } = await call('post', '/secrets');
    await settled(gate, ({ server_mode }) => server_mode === 'gate');

    expect([await ask(), await ask(body.client_secret)]).toEqual(['401 invalid_client', '200']);
    expect(gate.hydra.verifySecret(client.client_id, secret)).toBe(false);
  });

  it('an imported secret that is ended ends at once in Hydra too', async () => {
    const { rows } = await gate.registry.database.query<{ id: string }>(
      'select id from oauth_client_secrets',
    );
    expect((await call('delete', `/secrets/${rows[0]?.id}`)).status).toBe(204);
    await settled(gate, ({ server_mode }) => server_mode === 'gate');

    expect(await ask()).toBe('401 invalid_client');
    expect(gate.hydra.verifySecret(client.client_id, secret)).toBe(false);
  });
});
