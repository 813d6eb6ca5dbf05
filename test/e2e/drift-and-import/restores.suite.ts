import { Logger } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import { backUpDatabase, restoreDatabase } from '../../support/database-backup.js';
import { HydraRegistry } from '../../support/hydra/hydra-registry.js';
import { MACHINE_CLIENT, type Body } from '../../support/registry.js';
import { askGate, askTokenHook } from '../hydra/hooks-calls.js';
import { runCommand } from './command-process.js';
import { DriftScene } from './drift-scene.js';
import { HydraEdits, letTimePass } from './hydra-edits.js';

type Backup = ReturnType<HydraRegistry['hydra']['backup']>;

let setup: HydraRegistry;
let edits: HydraEdits;
let scene: DriftScene;

beforeEach(async () => {
  setup = await HydraRegistry.start();
  edits = new HydraEdits(setup);
  scene = new DriftScene(setup);
});

afterEach(async () => {
  jest.restoreAllMocks();
  await setup.stop();
});

async function send(method: 'patch' | 'post' | 'get', path: string, body?: Body): Promise<OAuthClientDto> {
  const answer = await setup.registry.api[method]<OAuthClientDto>(path, { token: setup.tenant.admin, body });
  expect(answer.status).toBeLessThan(300);
  return answer.body;
}

const patch = ({ id }: OAuthClientDto, body: Body) => send('patch', setup.tenant.client(id), body);
const read = ({ id }: OAuthClientDto) => send('get', setup.tenant.client(id));
const rotate = ({ id }: OAuthClientDto) => send('post', `${setup.tenant.client(id)}/secrets`);

const works = ({ client_id: id }: OAuthClientDto, { client_secret: secret }: OAuthClientDto): boolean =>
  setup.hydra.verifySecret(id, String(secret));

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isSo())) await sleep(20);
}

async function compare(): Promise<void> {
  await letTimePass(setup);
  await scene.compare();
}

async function doubtOf({ id }: OAuthClientDto): Promise<string | null> {
  const query = 'select doubt from oauth_clients where id = $1';
  const { rows } = await setup.registry.database.query<{ doubt: string | null }>(query, [id]);
  return rows[0]?.doubt ?? null;
}

const isDoubted = async (client: OAuthClientDto): Promise<boolean> => (await doubtOf(client)) === 'raised';

/** As if half a minute had passed since the first look. */
const lookAgain = (): Promise<unknown> =>
  setup.registry.database.query(
    `update oauth_clients set sync_verify_at = now(), sync_due_at = null where doubt = 'raised'`,
  );

/** As if Hydra's client had been made an hour before: it tells the time to the second. */
const ageInHydra = ({ client_id: id }: OAuthClientDto): Promise<unknown> =>
  setup.registry.database.query(
    `update oauth_clients set server_created_at = server_created_at - interval '1 hour' where client_id = $1`,
    [id],
  );

const writesTo = ({ client_id: id }: OAuthClientDto): number =>
  setup.hydra.calls.filter(({ clientId, method }) => clientId === id && method !== 'GET').length;

/** Two looks, half a minute apart, and what comes of them. */
async function looksTwice(client: OAuthClientDto): Promise<void> {
  await compare();
  await until(() => isDoubted(client));
  await lookAgain();
  await until(async () => !(await isDoubted(client)));
}

/** Collects the warnings from now on. @returns what finds those that say something */
function warnings(): (words: string) => string[] {
  const spy = jest.spyOn(Logger.prototype, 'warn');
  return (words) => spy.mock.calls.map(([line]) => String(line)).filter((line) => line.includes(words));
}

describe('after a restore of Hydra', () => {
  it.each([
    ['of its whole database', (backup: Backup) => Promise.resolve(setup.hydra.restore(backup))],
    ['of one row', (backup: Backup, id: string) => Promise.resolve(setup.hydra.restore(backup, id))],
    [
      'by PUT',
      (backup: Backup, id: string) => edits.change(id, { metadata: backup.get(id)?.members.metadata }),
    ],
  ])(
    'a revoked secret that a restore of Hydra (%s) brings back ends once a second look says the same',
    async (_, restore) => {
      const client = await setup.tenant.createClient(MACHINE_CLIENT);
      const backup = setup.hydra.backup();
      const rotated = await rotate(client);
      await restore(backup, client.client_id);
      const before = writesTo(client);
      await compare();
      await until(() => isDoubted(client));
      expect([writesTo(client), (await read(client)).sync_problem]).toEqual([before, null]);

      await lookAgain();
      await until(async () => (await read(client)).sync_problem?.code === 'secret_lost');
      expect([works(client, client), works(client, rotated)]).toEqual([false, false]);
      const fresh = await rotate(client);
      expect([fresh.sync_status, works(client, fresh), await doubtOf(client)]).toEqual([
        'synced',
        true,
        null,
      ]);
    },
  );

  it('a restore of Hydra is noticed while nobody changes anything, by a client that was changed last', async () => {
    const client = await setup.tenant.createClient(MACHINE_CLIENT);
    for (let others = 0; others < 20; others++) await setup.tenant.createClient();
    const backup = setup.hydra.backup();
    await rotate(client);
    await letTimePass(setup);
    setup.hydra.restore(backup);
    const said = warnings();
    await until(() => said('was put back: Hydra has another state of 1 of').length > 0);
    await until(() => isDoubted(client));
  });

  it('a restore of Hydra is noticed at the next change, before anything is written over it', async () => {
    const client = await setup.tenant.createClient(MACHINE_CLIENT);
    const backup = setup.hydra.backup();
    await rotate(client);
    setup.hydra.restore(backup);
    const before = writesTo(client);
    expect((await patch(client, { name: 'Changed' })).sync_status).toBe('pending');
    expect([writesTo(client), await doubtOf(client)]).toEqual([before, 'raised']);
  });

  it('after a restore of Hydra, a secret that was the present one then is kept, and the rest is brought there', async () => {
    const client = await setup.tenant.createClient(MACHINE_CLIENT);
    const backup = setup.hydra.backup();
    await patch(client, { name: 'Renamed' });
    setup.hydra.restore(backup);
    await compare();
    await until(async () => (await scene.unsynced()) === 0);
    expect(await read(client)).toMatchObject({ sync_status: 'synced', sync_problem: null });
    expect(works(client, client)).toBe(true);
    expect(await edits.read(client.client_id)).toMatchObject({ client_name: 'Renamed' });
  });

  it('after a restore of Hydra, nothing is done to a client that is as it was at the second look', async () => {
    const client = await setup.tenant.createClient(MACHINE_CLIENT);
    const backup = setup.hydra.backup();
    const rotated = await rotate(client);
    const present = setup.hydra.backup();
    setup.hydra.restore(backup);
    await compare();
    await until(() => isDoubted(client));
    setup.hydra.restore(present);
    await lookAgain();
    await until(async () => (await scene.unsynced()) === 0);
    expect([works(client, rotated), (await read(client)).sync_problem, await doubtOf(client)]).toEqual([
      true,
      null,
      null,
    ]);
  });
});

describe('after somebody has made a client anew in Hydra', () => {
  it.each([
    ['without the mark', () => ({})],
    ['with a copy of the mark', (members: object | null) => ({ ...members })],
  ])(
    'a client that somebody has made anew in Hydra loses the secret that it was given (%s)',
    async (_, membersOf) => {
      const client = await setup.tenant.createClient(MACHINE_CLIENT);
      await compare();
      const copy = membersOf(await edits.read(client.client_id));
      await ageInHydra(client);
      await edits.remove(client.client_id);
      await edits.add({ ...copy, client_id: client.client_id, client_secret: 'the secret of its maker' });
      await looksTwice(client);
      expect((await read(client)).sync_problem?.code).toBe('secret_lost');
      expect(setup.hydra.verifySecret(client.client_id, 'the secret of its maker')).toBe(false);
    },
  );
});

describe('after an operator has written a client without its metadata', () => {
  it('a client that an operator wrote without its metadata gets the mark back with a warning, and no new secret', async () => {
    const client = await setup.tenant.createClient(MACHINE_CLIENT);
    const before = await edits.read(client.client_id);
    await edits.change(client.client_id, { metadata: undefined });
    const warned = warnings();
    await compare();
    await until(async () => (await scene.unsynced()) === 0);
    expect((await edits.read(client.client_id))?.['metadata']).toEqual(before?.['metadata']);
    expect(await read(client)).toMatchObject({ sync_status: 'synced', sync_problem: null });
    expect(works(client, client)).toBe(true);
    expect(warned(client.client_id)).not.toEqual([]);
  });

  it('the secret of a client without its metadata is replaced where nobody can tell any more which one Hydra has', async () => {
    const client = await setup.tenant.createClient(MACHINE_CLIENT);
    const rotated = await rotate(client);
    await edits.change(client.client_id, { metadata: {} });
    await looksTwice(client);
    expect([works(client, rotated), (await read(client)).sync_problem?.code]).toEqual([false, 'secret_lost']);
  });

  it('a write to Hydra that the registry cannot explain is warned of, and leaves all as it is', async () => {
    const client = await setup.tenant.createClient(MACHINE_CLIENT);
    await compare();
    await edits.change(client.client_id, { jwks_uri: 'https://shop.example.com/jwks.json' });
    const [warned, before] = [warnings(), writesTo(client)];
    await compare();
    expect(warned('past the registry')).toEqual([expect.stringContaining(client.client_id)]);
    await compare();
    expect([warned('past the registry').length, writesTo(client), works(client, client)]).toEqual([
      1,
      before,
      true,
    ]);
  });
});

describe('after a restore of the registry', () => {
  let client: OAuthClientDto;
  let rotated: OAuthClientDto;

  /** Of what the hook and the gate say. */
  const isServed = async (): Promise<boolean[]> => {
    const { api } = setup.registry;
    const answers = [
      await askTokenHook(api, client.client_id),
      await askGate(api, `client_id=${client.client_id}&response_type=code`),
    ];
    return answers.map(({ status }) => status === 200);
  };

  beforeEach(async () => {
    client = await setup.tenant.createClient({ ...MACHINE_CLIENT, name: 'Before' });
    const backup = await backUpDatabase(setup.registry.database);
    rotated = await rotate(client);
    await restoreDatabase(setup.registry.database, backup);
  });

  it('a restored registry gives no tokens to a client that Hydra has a later state of, and leaves that as it is', async () => {
    const before = writesTo(client);
    await looksTwice(client);
    expect((await read(client)).sync_problem?.code).toBe('registry_restored');
    expect(await isServed()).toEqual([false, false]);
    expect([writesTo(client), works(client, rotated)]).toEqual([before, true]);

    // Two changes are as many revisions as Hydra is ahead, and settle nothing.
    await patch(client, { name: 'Once' });
    expect((await patch(client, { name: 'Twice' })).sync_problem?.code).toBe('registry_restored');
    expect([await isServed(), writesTo(client)]).toEqual([[false, false], before]);
  });

  it('a client of a restored registry goes on with a new secret of its owner', async () => {
    await looksTwice(client);
    const fresh = await rotate(client);
    expect(fresh).toMatchObject({ sync_status: 'synced', sync_problem: null });
    expect([works(client, fresh), works(client, rotated), await doubtOf(client)]).toEqual([
      true,
      false,
      null,
    ]);
    await until(async () => (await isServed()).every(Boolean));
  });

  it('a client of a restored registry goes on with the secret that Hydra has when an operator accepts', async () => {
    await looksTwice(client);
    const end = await runCommand('sync-check', setup, { args: ['--accept'] });
    expect(end).toMatchObject({ code: 0, stderr: '' });
    expect(end.lines.slice(0, 2)).toEqual([
      `accepted   ${client.client_id} of project ${setup.tenant.projectId}`,
      '1 accepted',
    ]);
    await until(async () => (await scene.unsynced()) === 0);
    expect(await read(client)).toMatchObject({ name: 'Before', sync_status: 'synced', sync_problem: null });
    expect([works(client, rotated), await doubtOf(client)]).toEqual([true, null]);
    const { rows } = await setup.registry.database.query(
      `select s.hash, e.action, e.actor ->> 'subject' as subject
       from oauth_client_secrets s join audit_events e on e.oauth_client_id = s.oauth_client_id and e.revision = 2
       where s.revoked_at is null and s.oauth_client_id = $1`,
      [client.id],
    );
    expect(rows).toEqual([{ hash: null, action: 'oauth_client.restore_accepted', subject: 'sync:check' }]);
  });

  it('a restored registry deletes a client that Hydra has a later state of as any other', async () => {
    await looksTwice(client);
    await setup.registry.api.delete(setup.tenant.client(client.id), { token: setup.tenant.admin });
    expect(await edits.read(client.client_id)).toBeNull();
  });

  it('a restored registry refuses a client that it does not have any more, until it is imported or deleted', async () => {
    const backup = await backUpDatabase(setup.registry.database);
    const lost = await setup.tenant.createClient(MACHINE_CLIENT);
    const other = await setup.tenant.createClient(MACHINE_CLIENT);
    await restoreDatabase(setup.registry.database, backup);
    await compare();
    const { api, database } = setup.registry;
    for (const { client_id: id } of [lost, other]) {
      expect((await askTokenHook(api, id)).status).toBe(403);
      expect((await askGate(api, `client_id=${id}&response_type=code`)).status).toBe(403);
    }

    await edits.remove(other.client_id);
    await compare();
    const { rows } = await database.query('select client_id from authorization_server_orphans');
    expect(rows).toEqual([{ client_id: lost.client_id }]);
    const { organizationId, projectId } = setup.tenant;
    const args = ['--organization', organizationId, '--project', projectId, '--client-id', lost.client_id];
    expect(await runCommand('hydra-import', setup, { args })).toMatchObject({ code: 0 });
    await until(async () => (await askTokenHook(api, lost.client_id)).status === 200);
    expect(works(lost, lost)).toBe(true);
  });
});
