import { randomUUID } from 'node:crypto';
import { HydraRegistry } from '../../support/hydra/hydra-registry.js';
import { ImportScene } from './import-scene.js';

let setup: HydraRegistry;
let scene: ImportScene;

beforeEach(async () => {
  setup = await HydraRegistry.start();
  scene = new ImportScene(setup);
});

afterEach(() => setup.stop());

describe('npm run hydra:import, where it refuses,', () => {
  describe('when the client is registered already', () => {
    it('is done with it, in the same project', async () => {
      const clientId = await scene.existing();
      await scene.import(['--client-id', clientId]);
      const end = await scene.import(['--client-id', clientId, '--client-id', clientId]);
      expect(end).toMatchObject({ code: 0, lines: [`present    ${clientId}`, expect.any(String)] });
    });

    it('refuses it, in another project and once it is deleted', async () => {
      const other = await setup.registry.tenant();
      const elsewhere = await other.createClient();
      const deleted = await setup.tenant.createClient();
      await setup.registry.api.delete(setup.tenant.client(deleted.id), { token: setup.tenant.admin });
      await scene.edits.add({ client_id: deleted.client_id });
      const ids = [elsewhere.client_id, deleted.client_id];
      const end = await scene.import(ids.flatMap((id) => ['--client-id', id]));
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
    const members = { jwks_uri: 'https://shop.example/keys', metadata: { team: 'shop', ['\u001b[2J']: 1 } };
    const clientId = await scene.existing(members);
    const refused = await scene.import(['--client-id', clientId]);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('jwks_uri, metadata.team, metadata.\\u001b[2J');
    expect(refused.lines).toContain('  erases in Hydra: jwks_uri: "https://shop.example/keys" -> absent');
    expect(await scene.clients()).toEqual([]);

    const accepted = await scene.import(['--client-id', clientId, '--discard-unmanaged']);
    expect(accepted.code).toBe(0);
    await scene.imported(clientId);
    expect(await scene.edits.read(clientId)).not.toHaveProperty('jwks_uri');
    expect(scene.works(clientId)).toBe(true);
  });

  it.each([
    ['no clients are named', [], /Say which clients/],
    ['both ways are used', ['--owner', 'x', '--client-id', 'y'], /Say which clients/],
    ['the owner is empty, which to Hydra is any', ['--owner', ''], /--owner must not be empty/],
    ['an option is unknown', ['--owner', 'x', '--force'], /--force/],
    ['there is no such project', ['--owner', 'x', '--project', randomUUID()], /no such project/],
    ['a project id is none', ['--owner', 'x', '--project', 'shop'], /--project must be a UUID/],
  ])('says what is wrong when %s, with 2', async (_, args, sentence) => {
    await scene.existing();
    expect(await scene.import(args)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(sentence),
    });
    expect(await scene.clients()).toEqual([]);
  });
});
