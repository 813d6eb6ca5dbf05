import { randomUUID } from 'node:crypto';
import { ImportScene } from './import-scene.js';
import { useHydraRegistry } from '../../support/use-registry.js';

const setup = useHydraRegistry({}, { perTest: true });
let scene: ImportScene;

beforeEach(async () => {
  scene = new ImportScene(setup);
});

describe('npm run hydra:import, where it refuses,', () => {
  /** The lines of a report, without what is said of where the client comes from and goes. */
  const rows = (lines: readonly string[]): string[] =>
    lines.slice(1).map((line) => line.replace(/  (?:no owner|owner "[^"]*") -> .*/, ''));

  describe('when the client is registered already', () => {
    it('npm run hydra:import is done with a client that is registered already, in the same project', async () => {
      const clientId = await scene.existing();
      await scene.import(['--client-id', clientId]);
      await scene.imported(clientId);
      const end = await scene.import(['--client-id', clientId, '--client-id', clientId]);
      expect([end.code, rows(end.lines)]).toEqual([
        0,
        [`present     ${clientId}  "Old web shop"`, expect.stringContaining('1 present')],
      ]);
    });

    it('npm run hydra:import refuses a client that is registered in another project, or was deleted', async () => {
      const other = await setup.registry.tenant();
      const elsewhere = await other.createClient();
      const deleted = await setup.tenant.createClient();
      await setup.registry.api.delete(setup.tenant.client(deleted.id), { token: setup.tenant.admin });
      await scene.edits.add({ client_id: deleted.client_id, client_name: 'Back again' });
      const ids = [elsewhere.client_id, deleted.client_id];
      const end = await scene.import(ids.flatMap((id) => ['--client-id', id]));
      expect([end.code, rows(end.lines)]).toEqual([
        1,
        [
          `refused     ${elsewhere.client_id}  "${elsewhere.name}"`,
          `  reason    ${elsewhere.client_id}  "${elsewhere.name}"  project ${other.projectId} has it already`,
          `refused     ${deleted.client_id}  "Back again"`,
          `  reason    ${deleted.client_id}  "Back again"  it was registered and deleted, and its client_id stays reserved`,
          '0 imported, 0 importable, 0 present, 0 skipped, 2 refused',
        ],
      ]);
    });
  });

  it('npm run hydra:import refuses a client with members that it cannot keep', async () => {
    const clientId = await scene.existing({ metadata: ['a list'] });
    const refused = await scene.import(['--client-id', clientId]);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toContain('the registry cannot keep what it has of metadata');
    expect(await scene.clients()).toEqual([]);
  });

  it.each([
    ['no clients are named', [], /Say which clients/],
    ['both ways are used', ['--owner', 'x', '--client-id', 'y'], /Say which clients/],
    ['the owner is empty, which to Hydra is any', ['--owner', ''], /--owner must not be empty/],
    ['an option is unknown', ['--owner', 'x', '--discard-unmanaged'], /--discard-unmanaged/],
    ['there is no such project', ['--client-id', 'x', '--project', randomUUID()], /no such project/],
    ['nobody in Hydra has this owner', ['--owner', 'nobody'], /Hydra has no client of the owner "nobody"/],
    ['two projects could be meant', ['--mapping', 'file.csv', '--owner', 'x'], /and not both/],
    ['two selections could be meant', ['--all', '--unowned'], /in one way/],
    ['an owner is named twice', ['--owner', 'x', '--owner', 'y'], /--owner may be given once only/],
    ['a file is named twice', ['--mapping', 'a', '--mapping', 'b'], /--mapping may be given once only/],
    ['a project id is none', ['--owner', 'x', '--project', 'shop'], /--project must be a UUID/],
  ])('npm run hydra:import says what is wrong when %s, with 2', async (_, args, sentence) => {
    await scene.existing();
    expect(await scene.import(args)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(sentence),
    });
    expect(await scene.clients()).toEqual([]);
  });
});
