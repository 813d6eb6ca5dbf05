import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import { changedTables, stateOf } from '../../support/database-state.js';
import { fault } from '../../support/hydra/faults.js';
import { expectProblem } from '../../support/problem.js';
import type { Body } from '../../support/registry.js';
import { askTokenHook } from '../hydra/hooks-calls.js';
import { ImportScene } from './import-scene.js';
import { useHydraRegistry } from '../../support/use-registry.js';

const setup = useHydraRegistry({}, { perTest: true });
let scene: ImportScene;

beforeEach(async () => {
  scene = new ImportScene(setup);
});

const patch = ({ id }: OAuthClientDto, body: Body) =>
  setup.registry.api.patch<OAuthClientDto>(setup.tenant.client(id), { token: setup.tenant.admin, body });

describe('npm run hydra:import', () => {
  it('npm run hydra:import takes a client over with its secret, and writes nothing to Hydra itself', async () => {
    const clientId = await scene.existing();
    const end = await scene.import(['--client-id', clientId]);
    expect(end).toMatchObject({ code: 0, stderr: '' });
    expect(end.lines.slice(0, 3)).toEqual([
      expect.stringMatching(/^OUTCOME +CLIENT_ID +NAME +DETAIL$/),
      `imported    ${clientId}  "Old web shop"  owner "shop-team" -> project ${setup.tenant.projectId}`,
      '1 imported, 0 importable, 0 present, 0 skipped, 0 refused',
    ]);
    const client = await scene.imported(clientId);
    expect(client).toMatchObject({
      name: 'Old web shop',
      redirect_uris: ['https://shop.example/callback'],
      grant_types: ['authorization_code', 'refresh_token'],
      scopes: ['openid', 'offline_access', 'notes:read'],
      client_secret: null,
      token_endpoint_auth_method: 'client_secret_basic',
      sync_status: 'synced',
    });
    expect(scene.works(clientId)).toBe(true);
    const mark = { id: client.id, project_id: setup.tenant.projectId, revision: 1 };
    expect(await scene.edits.read(clientId)).toMatchObject({
      owner: setup.tenant.projectId,
      metadata: { oauth_client_registry: mark },
    });
    const methods = setup.hydra.calls
      .filter((call) => call.clientId === clientId)
      .map(({ method }) => method);
    expect(methods).toEqual(['POST', 'GET', 'GET', 'PATCH', 'GET']);
  });

  it('npm run hydra:import leaves a client as any other: changed, rotated and deleted through the API', async () => {
    const clientId = await scene.existing();
    await scene.import(['--client-id', clientId]);
    const client = await scene.imported(clientId);
    expect((await patch(client, { name: 'Web shop' })).body.sync_status).toBe('synced');
    expect(scene.works(clientId)).toBe(true);

    const path = setup.tenant.client(client.id);
    const { admin: token } = setup.tenant;
    const rotated = await setup.registry.api.post<OAuthClientDto>(`${path}/secrets`, { token });
    expect(setup.hydra.verifySecret(clientId, String(rotated.body.client_secret))).toBe(true);
    expect((await setup.registry.api.delete(path, { token })).status).toBe(204);
    expect(await scene.edits.read(clientId)).toBeNull();
  });

  it('npm run hydra:import records each import, by whom, in one transaction with the client', async () => {
    const clientId = await scene.existing();
    const { stdout } = await scene.import(['--client-id', clientId]);
    const { id } = await scene.imported(clientId);
    const { rows } = await setup.registry.database.query<Record<string, unknown>>(
      'select actor, action, changes, revision, request_id, xmin from audit_events where oauth_client_id = $1',
      [id],
    );
    expect(rows).toMatchObject([
      {
        actor: {
          issuer: 'urn:oauth-client-registry:command',
          subject: 'hydra:import',
          client_id: null,
        },
        action: 'oauth_client.imported',
        changes: { name: { from: null, to: 'Old web shop' } },
        revision: 1,
      },
    ]);
    expect(stdout).toContain(String(rows[0]?.['request_id']));
  });

  it('npm run hydra:import keeps nothing of a secret that it cannot know', async () => {
    const [confidential, open] = [
      await scene.existing(),
      await scene.existing({ token_endpoint_auth_method: 'none' }),
    ];
    await scene.import(['--owner', 'shop-team']);
    const { rows } = await setup.registry.database.query(
      `select c.client_id, s.hash, s.last_four, s.sealed from oauth_client_secrets s
       join oauth_clients c on c.id = s.oauth_client_id`,
    );
    expect(rows).toEqual([{ client_id: confidential, hash: null, last_four: null, sealed: null }]);
    expect(await scene.imported(open)).toMatchObject({ pkce_required: true, pkce_challenge_method: 'S256' });
  });

  it.each([
    ['may have no trusted clients ends what nobody was asked for', false, 403, 1],
    ['may have trusted clients leaves what was issued', true, 200, 0],
  ])(
    'npm run hydra:import of a client that asks for no consent into an organization that %s',
    async (_, allowed, status, ends) => {
      const { registry, tenant, hydra } = setup;
      const body = { trusted_clients_allowed: allowed };
      await registry.api.put(`/v1/organizations/${tenant.organizationId}`, {
        token: await registry.platform(),
        body,
      });
      const clientId = await scene.existing({ skip_consent: true });
      await scene.import(['--client-id', clientId]);

      expect(await scene.imported(clientId)).toMatchObject({ trusted: true, sync_status: 'synced' });
      expect(hydra.clients.get(clientId)?.members.skip_consent).toBe(allowed);
      const rat = new Date(Date.now() - 60_000).toISOString();
      const request = { grant_types: ['refresh_token'], requested_scopes: ['openid'] };
      const answer = await askTokenHook(registry.api, clientId, { rat, request });
      expect(answer.status).toBe(status);
      const told = hydra.calls.filter(({ path }) => path === '/admin/oauth2/tokens');
      expect(told.map((call) => call.clientId)).toEqual(Array(ends).fill(clientId));
    },
  );

  describe('when it takes all of an owner', () => {
    it('npm run hydra:import takes all clients of an owner, and no others', async () => {
      const ids = [await scene.existing(), await scene.existing()];
      await scene.existing({ owner: 'another team' });
      await scene.existing({ owner: '' });
      const end = await scene.import(['--owner', 'shop-team']);
      expect(end.stdout).toContain('\n2 imported, 0 importable, 0 present, 0 skipped, 0 refused\n');
      const registered = (await scene.clients()).map(({ client_id: id }) => id);
      expect(registered.toSorted()).toEqual(ids.toSorted());
    });

    it('npm run hydra:import of all clients of an owner goes on where it was stopped', async () => {
      for (let batch = 0; batch < 12; batch++) {
        await Promise.all(Array.from({ length: 50 }, () => scene.existing()));
      }
      setup.hydra.faults = ({ query }) => (query.has('page_token') ? fault.hangBefore() : null);
      const stopped = await scene.import(['--owner', 'shop-team'], {
        onOutput: (_, kill) => kill('SIGINT'),
      });
      expect(stopped).toMatchObject({ code: 130, stderr: 'Stopped.\n' });
      expect(stopped.lines.join('\n')).toMatch(/^\d+ imported, /m);

      setup.hydra.faults = () => null;
      expect(await scene.import(['--owner', 'shop-team'])).toMatchObject({ code: 0 });
      const { rows } = await setup.registry.database.query<{ count: number }>(
        'select count(*)::int as count from oauth_clients',
      );
      expect(rows[0]?.count).toBe(600);
    });
  });

  it('npm run hydra:import does nothing on a dry run but say what it would do', async () => {
    const [good, bad] = [await scene.existing(), await scene.existing({ grant_types: ['password'] })];
    const before = await stateOf(setup.registry.database);
    const end = await scene.import(['--owner', 'shop-team', '--dry-run']);
    const move = `owner "shop-team" -> project ${setup.tenant.projectId}`;
    expect(end.lines.slice(1).toSorted()).toEqual(
      [
        `importable  ${good}  "Old web shop"  ${move}`,
        `refused     ${bad}  "Old web shop"  ${move}`,
        `  reason    ${bad}  "Old web shop"  the registry has no grant type "password"`,
        '0 imported, 1 importable, 0 present, 0 skipped, 1 refused',
      ].toSorted(),
    );
    expect([end.code, changedTables(before, await stateOf(setup.registry.database))]).toEqual([1, []]);
  });

  it('npm run hydra:import imports a client that breaks rules, which stop a change only where it adds to them', async () => {
    const clientId = await scene.existing({
      redirect_uris: ['http://shop.example/callback', 'https://shop.example/callback'],
    });
    const end = await scene.import(['--client-id', clientId]);
    expect(end.code).toBe(0);
    expect(end.lines[2]).toContain(
      `  rule      ${clientId}  "Old web shop"  /redirect_uris/0 "http://shop.example/callback" redirect_uri_http_not_loopback: `,
    );
    const client = await scene.imported(clientId);

    const renamed = await patch(client, { name: 'Web shop', redirect_uris: client.redirect_uris });
    expect(renamed).toMatchObject({ status: 200, body: { sync_status: 'synced' } });
    const more = await patch(client, {
      redirect_uris: [...client.redirect_uris, 'https://shop.example/other'],
    });
    expect(more).toMatchObject({ status: 200, body: { sync_status: 'synced' } });
    const touched = await patch(client, {
      redirect_uris: ['http://new.example/callback', ...client.redirect_uris],
    });
    const { errors } = expectProblem(touched, 'validation_failed');
    expect(errors?.map(({ pointer }) => pointer)).toEqual(['/redirect_uris/0']);
    const mended = await patch(client, { redirect_uris: ['https://shop.example/callback'] });
    expect(mended.status).toBe(200);
    expect(scene.works(clientId)).toBe(true);
  });
});
