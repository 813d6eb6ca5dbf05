import { randomUUID } from 'node:crypto';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import { fault } from '../../support/hydra/faults.js';
import { MACHINE_CLIENT } from '../../support/registry.js';
import { changedTables, stateOf } from '../../support/database-state.js';
import { runCommand, type CommandEnd, type CommandOptions } from './command-process.js';
import { HydraEdits, letTimePass } from './hydra-edits.js';
import { useHydraRegistry } from '../../support/use-registry.js';

const setup = useHydraRegistry({}, { perTest: true });
let edits: HydraEdits;

beforeEach(async () => {
  edits = new HydraEdits(setup);
});

const syncCheck = (options?: CommandOptions): Promise<CommandEnd> => runCommand('sync-check', setup, options);

describe('npm run sync:check', () => {
  it('npm run sync:check says that nothing differs, with 0', async () => {
    await setup.tenant.createClient();
    await setup.tenant.createClient(MACHINE_CLIENT);
    await edits.add({ client_id: 'dashboard' });
    await letTimePass(setup);
    expect(await syncCheck()).toMatchObject({
      code: 0,
      stdout: '2 equal, 0 different, 0 missing, 0 undeleted, 0 orphan, 0 pending\n',
      stderr: '',
    });
  });

  it('npm run sync:check compares also what has only just been brought to Hydra', async () => {
    const client = await setup.tenant.createClient();
    await setup.registry.database.query(
      `update oauth_clients set synced_at = now() + interval '300 ms' where id = $1`,
      [client.id],
    );
    setup.hydra.faults = ({ clientId }) => (clientId === null ? fault.slow(1_000) : null);
    expect((await syncCheck()).lines.at(-1)).toMatch(/^1 equal, .* 0 pending$/);
  });

  describe('when something differs', () => {
    let clients: Record<'equal' | 'different' | 'missing' | 'undeleted' | 'pending', OAuthClientDto>;
    let orphan: string;
    let end: CommandEnd;
    let tables: string[];
    let writes: number;

    beforeEach(async () => {
      const create = () => setup.tenant.createClient();
      clients = {
        equal: await create(),
        different: await create(),
        missing: await create(),
        undeleted: await create(),
        pending: await create(),
      };
      orphan = randomUUID();
      const undeleted = await edits.read(clients.undeleted.client_id);
      await edits.add({ client_id: orphan, metadata: undeleted?.['metadata'] });
      await edits.change(clients.different.client_id, {
        client_name: 'Evil\u001b[2J',
        owner: 'somebody',
      });
      await edits.remove(clients.missing.client_id);
      await setup.registry.api.delete(setup.tenant.client(clients.undeleted.id), {
        token: setup.tenant.admin,
      });
      await edits.add({ ...undeleted });
      await letTimePass(setup);
      // Not to be tried again soon.
      await setup.registry.database.query(
        `update oauth_clients set synced_revision = 0, sync_due_at = now() + interval '1 hour', sync_problem = $2 where id = $1`,
        [clients.pending.id, JSON.stringify({ code: 'rejected_by_authorization_server', detail: 'No.' })],
      );
      const before = await stateOf(setup.registry.database);
      const isWrite = ({ method }: { method: string }): boolean => method !== 'GET';
      const written = setup.hydra.calls.filter(isWrite).length;
      end = await syncCheck();
      tables = changedTables(before, await stateOf(setup.registry.database));
      writes = setup.hydra.calls.filter(isWrite).length - written;
    });

    it('npm run sync:check names each client with each difference, with 1, and changes nothing on either side', () => {
      const { different, missing, undeleted, pending } = clients;
      const of = (client: OAuthClientDto): string => `${client.client_id} of project ${client.project_id}`;
      expect(end.lines.toSorted()).toEqual(
        [
          `different  ${of(different)}`,
          '  client_name: "Web shop" -> "Evil\\u001b[2J"',
          `  owner: "${different.project_id}" -> "somebody"`,
          `missing    ${of(missing)} is not in Hydra`,
          `undeleted  ${of(undeleted)} is deleted, and lives on in Hydra`,
          `pending    ${of(pending)} at revision 1: "rejected_by_authorization_server"`,
          `orphan     ${orphan} has the mark of this registry, which does not have it`,
          '1 equal, 1 different, 1 missing, 1 undeleted, 1 orphan, 1 pending',
        ].toSorted(),
      );
      expect([end.code, end.stderr, tables, writes]).toEqual([1, '', [], 0]);
    });
  });

  it.each([
    ['Hydra is down', { HYDRA_ADMIN_URL: 'http://127.0.0.1:9' }, /^Hydra's admin API /],
    [
      'the database is down',
      { DATABASE_URL: 'postgresql://a:b@127.0.0.1:9/c' },
      /^DATABASE_URL .*ECONNREFUSED/,
    ],
    ['there is no Hydra', { AUTHORIZATION_SERVER: 'embedded' }, /^This command is for /],
    ['a variable is wrong', { SECRETS_KEY: 'short' }, /^SECRETS_KEY must /],
  ])(
    'npm run sync:check says in a sentence that it could not compare when %s, with 2',
    async (_, env, sentence) => {
      const end = await syncCheck({ env });
      expect(end).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(sentence) });
      expect(end.stderr.trim().split('\n')).toHaveLength(1);
    },
  );

  it('npm run sync:check says that it could not compare when Hydra fails in the middle, with 2', async () => {
    const client = await setup.tenant.createClient();
    await edits.remove(client.client_id);
    await letTimePass(setup);
    setup.hydra.faults = ({ clientId }) => (clientId === null ? null : fault.statusBefore(503, 600));
    expect(await syncCheck()).toMatchObject({ code: 2, stderr: expect.stringMatching(/^Hydra's .* 503/) });
  });

  it('npm run sync:check takes no arguments that it does not know', async () => {
    expect(await syncCheck({ args: ['--fix'] })).toMatchObject({ code: 2, stdout: '' });
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('npm run sync:check ends at once at %s', async (signal, code) => {
    const orphan = await setup.tenant.createClient();
    const { metadata } = { ...(await edits.read(orphan.client_id)) };
    for (let page = 0; page < 11; page++) {
      await Promise.all(Array.from({ length: 50 }, () => edits.add({ client_id: randomUUID(), metadata })));
    }
    // The second page never comes.
    setup.hydra.faults = ({ query }) => (query.has('page_token') ? fault.hangBefore() : null);
    const end = await syncCheck({ onOutput: (_, kill) => kill(signal) });
    expect(end).toMatchObject({ code, stderr: 'Stopped.\n' });
  });
});
