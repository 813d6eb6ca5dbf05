import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import { HydraRegistry } from '../../support/hydra/hydra-registry.js';
import { runCommand, type CommandEnd, type CommandOptions } from './command-process.js';
import { HydraEdits, type Members } from './hydra-edits.js';

let setup: HydraRegistry;
let edits: HydraEdits;

beforeEach(async () => {
  setup = await HydraRegistry.start();
  edits = new HydraEdits(setup);
});

afterEach(() => setup.stop());

function hydraImport(args: readonly string[], options: CommandOptions = {}): Promise<CommandEnd> {
  const { organizationId, projectId } = setup.tenant;
  const project = ['--organization', organizationId, '--project', projectId];
  return runCommand('hydra-import', setup, { ...options, args: [...project, ...args] });
}

const WEB = {
  owner: 'shop-team',
  client_name: 'Old web shop',
  client_secret: 'the secret that its servers have',
  grant_types: ['authorization_code', 'refresh_token'],
  redirect_uris: ['https://shop.example/callback'],
  scope: 'openid offline_access notes:read',
};

/** A client that was in Hydra before. @returns its client_id */
async function existing(members: Members = {}): Promise<string> {
  const clientId = randomUUID();
  await edits.add({ ...WEB, client_id: clientId, ...members });
  return clientId;
}

async function clients(): Promise<OAuthClientDto[]> {
  const { clients: path, viewer: token } = setup.tenant;
  return (await setup.registry.api.get<{ data: OAuthClientDto[] }>(path, { token })).body.data;
}

/** The client in the registry, once Hydra has its first revision. */
async function imported(clientId: string): Promise<OAuthClientDto> {
  for (;;) {
    const client = (await clients()).find(({ client_id: id }) => id === clientId);
    if (client && client.sync_status !== 'pending') return client;
    await sleep(20);
  }
}

const works = (clientId: string): boolean => setup.hydra.verifySecret(clientId, WEB.client_secret);

describe('npm run hydra:import, where it refuses,', () => {
  describe('when the client is registered already', () => {
    it('is done with it, in the same project', async () => {
      const clientId = await existing();
      await hydraImport(['--client-id', clientId]);
      const end = await hydraImport(['--client-id', clientId, '--client-id', clientId]);
      expect(end).toMatchObject({ code: 0, lines: [`present    ${clientId}`, expect.any(String)] });
    });

    it('refuses it, in another project and once it is deleted', async () => {
      const other = await setup.registry.tenant();
      const elsewhere = await other.createClient();
      const deleted = await setup.tenant.createClient();
      await setup.registry.api.delete(setup.tenant.client(deleted.id), { token: setup.tenant.admin });
      await edits.add({ client_id: deleted.client_id });
      const ids = [elsewhere.client_id, deleted.client_id];
      const end = await hydraImport(ids.flatMap((id) => ['--client-id', id]));
      expect(end).toMatchObject({
        code: 1,
        lines: [
          `refused    ${elsewhere.client_id}`,
          `  refused: project ${other.projectId} has it already`,
          `refused    ${deleted.client_id}`,
          '  refused: it was registered and deleted, and its client_id stays reserved',
          '0 imported, 0 importable, 0 present, 2 refused',
        ],
      });
    });
  });

  it('refuses a client with members that would be erased, unless they may be', async () => {
    const members = { contacts: ['team@shop.example'], metadata: { team: 'shop', ['\u001b[2J']: 1 } };
    const clientId = await existing(members);
    const refused = await hydraImport(['--client-id', clientId]);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('contacts, metadata.team, metadata.\\u001b[2J');
    expect(refused.lines).toContain('  erases in Hydra: contacts: ["team@shop.example"] -> absent');
    expect(await clients()).toEqual([]);

    const accepted = await hydraImport(['--client-id', clientId, '--discard-unmanaged']);
    expect(accepted.code).toBe(0);
    await imported(clientId);
    expect(await edits.read(clientId)).toMatchObject({ contacts: [] });
    expect(works(clientId)).toBe(true);
  });

  it.each([
    ['no clients are named', [], /Say which clients/],
    ['both ways are used', ['--owner', 'x', '--client-id', 'y'], /Say which clients/],
    ['the owner is empty, which to Hydra is any', ['--owner', ''], /--owner must not be empty/],
    ['an option is unknown', ['--owner', 'x', '--force'], /--force/],
    ['there is no such project', ['--owner', 'x', '--project', randomUUID()], /no such project/],
    ['a project id is none', ['--owner', 'x', '--project', 'shop'], /--project must be a UUID/],
  ])('says what is wrong when %s, with 2', async (_, args, sentence) => {
    await existing();
    expect(await hydraImport(args)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(sentence),
    });
    expect(await clients()).toEqual([]);
  });
});
