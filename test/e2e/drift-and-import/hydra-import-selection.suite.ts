import { randomUUID } from 'node:crypto';
import { FIRST_PARTY_CLIENT_ID, type TestTenant } from '../../support/registry.js';
import { ImportScene, type Reported } from './import-scene.js';
import { useHydraRegistry } from '../../support/use-registry.js';

const setup = useHydraRegistry({}, { perTest: true });
let scene: ImportScene;

beforeEach(async () => {
  scene = new ImportScene(setup);
});

const ALL = ['owner,organization,project'];
const line = (owner: string, { organizationId, projectId }: TestTenant): string =>
  `${owner},${organizationId},${projectId}`;
const reports = (stdout: string): Reported[] =>
  stdout
    .trim()
    .split('\n')
    .map((text) => JSON.parse(text) as Reported);

/** Where the registry has which clients. */
async function placed(): Promise<Record<string, string>> {
  const { rows } = await setup.registry.database.query<{ client_id: string; project_id: string }>(
    'select client_id, project_id from oauth_clients',
  );
  return Object.fromEntries(rows.map(({ client_id, project_id }) => [client_id, project_id]));
}

describe('npm run hydra:import, of many clients,', () => {
  it('npm run hydra:import --unowned takes the clients without an owner, and no others', async () => {
    const [unowned] = [await scene.existing({ owner: '' }), await scene.existing()];
    const outcomes = await scene.outcomes(['--unowned']);
    expect([...outcomes.keys()]).toEqual([unowned]);
    expect(await placed()).toEqual({ [String(unowned)]: setup.tenant.projectId });
  });

  it('npm run hydra:import --all takes all, and leaves those of the platform and of other projects where they are', async () => {
    const [owned, unowned] = [await scene.existing(), await scene.existing({ owner: '' })];
    const bad = await scene.existing({ grant_types: ['password'] });
    await scene.edits.add({ client_id: FIRST_PARTY_CLIENT_ID, client_name: 'Dashboard' });
    const other = await setup.registry.tenant();
    const [ours, elsewhere] = [await setup.tenant.createClient(), await other.createClient()];
    const foreign = await scene.existing({ metadata: { oauth_client_registry: { registry: 'another' } } });
    const lost = await scene.existing({
      metadata: { oauth_client_registry: { registry: await registryId(), project_id: other.projectId } },
    });
    const outcomes = await scene.outcomes(['--all'], {
      env: { FIRST_PARTY_CLIENT_IDS: FIRST_PARTY_CLIENT_ID },
    });
    expect(Object.fromEntries([...outcomes].map(([id, { outcome }]) => [id, outcome]))).toEqual({
      [owned]: 'imported',
      [unowned]: 'imported',
      [bad]: 'refused',
      [FIRST_PARTY_CLIENT_ID]: 'skipped',
      [ours.client_id]: 'present',
      [elsewhere.client_id]: 'skipped',
      [foreign]: 'skipped',
      [lost]: 'skipped',
    });
    expect(outcomes.get(lost)?.reasons).toEqual([
      expect.stringContaining(`one of project ${other.projectId}`),
    ]);
    const again = await scene.import(['--client-id', lost]);
    expect(again.code).toBe(0);
  });

  const registryId = async (): Promise<string> => {
    const { rows } = await setup.registry.database.query<{ id: string }>('select id from registry_identity');
    return String(rows[0]?.id);
  };

  describe('by a mapping file', () => {
    it('an import by a mapping file takes the clients of each owner into the project of that owner', async () => {
      const other = await setup.registry.tenant();
      const [shop, pay] = [await scene.existing(), await scene.existing({ owner: 'pay, "the" team' })];
      const unowned = await scene.existing({ owner: '' });
      const stranger = await scene.existing({ owner: 'strangers' });
      const lines = [
        ...ALL,
        line('shop-team', setup.tenant),
        line('"pay, ""the"" team"', other),
        line('', other),
      ];
      const end = await scene.importBy(lines);
      expect(end).toMatchObject({ code: 0, stderr: '' });
      expect(end.stdout).toContain(`owner "pay, \\"the\\" team" -> project ${other.projectId}`);
      expect(await placed()).toEqual({
        [shop]: setup.tenant.projectId,
        [pay]: other.projectId,
        [unowned]: other.projectId,
      });
      const all = await scene.importBy(lines, ['--all', '--json']);
      expect(all.code).toBe(1);
      expect(reports(all.stdout).find(({ client_id }) => client_id === stranger)).toMatchObject({
        outcome: 'refused',
        name: 'Old web shop',
        reasons: ['its owner "strangers" is not in the mapping file'],
      });
    });

    it('an import by a mapping file goes on where it was stopped, also once Hydra has been told of new owners', async () => {
      const ids = await Promise.all(Array.from({ length: 3 }, () => scene.existing()));
      const late = await scene.existing({ owner: 'late' });
      const lines = [...ALL, line('shop-team', setup.tenant), line('late', setup.tenant)];
      expect(await scene.importBy([...ALL, line('shop-team', setup.tenant)])).toMatchObject({ code: 0 });
      for (const id of ids) await scene.imported(id);
      const end = await scene.importBy(lines, ['--json']);
      expect([end.code, reports(end.stdout).map(({ client_id }) => client_id)]).toEqual([0, [late]]);
    });

    it('an import by a mapping file tells all that is wrong with the file at once', async () => {
      const unknown = randomUUID();
      await scene.existing();
      const { projectId } = setup.tenant;
      const lines = [
        ...ALL,
        line('shop-team', setup.tenant),
        `a,${unknown},${unknown}`,
        `b,${unknown},${projectId}`,
      ];
      const { stderr } = await scene.importBy(lines);
      expect(stderr).toContain(`${unknown} of organization ${unknown}`);
      expect(stderr).toContain(`${projectId} of organization ${unknown}`);
      expect(stderr).toContain('Hydra has no client of the owner "a"');
      expect(stderr).toContain('Hydra has no client of the owner "b"');
      expect(stderr).not.toContain('shop-team');
      expect([await placed(), setup.hydra.calls.filter(({ method }) => method === 'PATCH')]).toEqual([
        {},
        [],
      ]);
    });

    it('an import by a mapping file says when there is none, or another header', async () => {
      expect(await scene.run(['--mapping', '/nowhere.csv'])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('/nowhere.csv cannot be read (ENOENT)'),
      });
      expect(await scene.importBy(['team,organization,project'])).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('its first line must be "owner,organization,project"'),
      });
    });
  });

  it('npm run hydra:import --json reports each client in one line of JSON, and nothing else, with its id and its name', async () => {
    const good = await scene.existing({ response_types: ['code', 'token'], client_name: 'Good' });
    const bad = await scene.existing({
      client_name: 'Bad\u202e',
      grant_types: ['authorization_code', 'urn:ietf:params:oauth:grant-type:device_code'],
      token_endpoint_auth_method: 'private_key_jwt',
      jwks_uri: 'https://shop.example/keys',
    });
    const end = await scene.import(['--owner', 'shop-team', '--json']);
    expect([end.code, end.stderr]).toEqual([1, expect.stringContaining('1 imported, 0 importable')]);
    const found = new Map(reports(end.stdout).map((report) => [report.client_id, report]));
    expect(found.size).toBe(2);
    expect(found.get(good)).toMatchObject({
      outcome: 'imported',
      name: 'Good',
      owner: 'shop-team',
      project_id: setup.tenant.projectId,
      changes: [{ member: 'response_types', from: ['code', 'token'], to: ['code'] }],
    });
    expect(found.get(bad)).toMatchObject({
      outcome: 'refused',
      name: 'Bad\u202e',
      reasons: [
        'the registry has no grant type "urn:ietf:params:oauth:grant-type:device_code"',
        'the registry has no token_endpoint_auth_method "private_key_jwt"',
      ],
    });
    expect(end.stdout).not.toContain('\u202e');
  });

  it('npm run hydra:import has id and name in every row of its table', async () => {
    await scene.existing({
      redirect_uris: ['http://a.example/', 'http://b.example/'],
      skip_logout_consent: true,
    });
    await scene.existing({ grant_types: ['password'], response_types: ['code id_token'] });
    const { lines } = await scene.import(['--owner', 'shop-team']);
    const rows = lines.slice(1, -2);
    expect(rows.length).toBeGreaterThan(5);
    for (const row of rows) expect(row).toMatch(/^ *\w+ +[\da-f-]{36} {2}"Old web shop" {2}\S/);
  });
});
