import type { Members } from './hydra-edits.js';
import { ImportScene, type Reported } from './import-scene.js';
import { useHydraRegistry } from '../../support/use-registry.js';

/** What scripts and guides that people publish register at a Hydra, without the names in them. */
const LISTED = {
  ASSIGNABLE_SCOPES:
    'openid offline offline_access profile email lookup:* assetregister photos.read grafana hydra hydra.warden core foobar',
  ASSIGNABLE_AUDIENCES: 'stalwart',
};
const CODE = { grant_types: ['authorization_code', 'refresh_token'], scope: 'openid offline' };
const LOCAL = ['http://127.0.0.1:5555/callback'];

const TAKEN: Readonly<Record<string, Members>> = {
  'bench-client': { ...CODE, response_types: ['code', 'id_token'], redirect_uris: LOCAL },
  testclient: {
    grant_types: ['implicit', 'authorization_code'],
    response_types: ['token', 'code', 'refresh_token'],
    scope: 'lookup:anonymous assetregister',
    redirect_uris: ['http://localhost:4445/callback'],
  },
  'oidc-client-1': {
    scope: 'openid',
    redirect_uris: ['http://localhost:28080/'],
    post_logout_redirect_uris: ['http://localhost:28080/'],
  },
  '00000000000000000000000000000000000000a1': {
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials', 'implicit'],
    response_types: ['token', 'code', 'id_token'],
    scope: 'openid offline photos.read',
    redirect_uris: ['https://accounts.example.dev/callback'],
  },
  'grafana-oauth2': {
    grant_types: ['client_credentials', 'implicit', 'authorization_code', 'refresh_token'],
    response_types: ['id_token', 'code', 'token'],
    scope: 'grafana',
    redirect_uris: ['https://grafana.example.com/login/generic_oauth'],
  },
  machine: { grant_types: ['client_credentials'], response_types: ['code'] },
  'cli-help': { grant_types: ['client_credentials'], response_types: ['token'], scope: 'core foobar' },
  webmail: {
    ...CODE,
    access_token_strategy: 'jwt',
    audience: ['stalwart'],
    scope: 'openid profile email offline_access',
    redirect_uris: ['https://web.example.com/auth/callback', 'https://web.example.com/en/auth/callback'],
    token_endpoint_auth_method: 'client_secret_post',
    skip_consent: true,
  },
  client_admin_system: {
    ...CODE,
    redirect_uris: ['http://localhost/admin/callback'],
    token_endpoint_auth_method: 'none',
  },
  lan: { ...CODE, redirect_uris: ['http://203.0.113.9:9010/callback', 'https://app.example.com/cb'] },
  example: {
    metadata: { first_party: true },
    redirect_uris: ['http://localhost:8080/callback'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  },
  uris: {
    ...CODE,
    redirect_uris: ['https://app.example.com/callback'],
    allowed_cors_origins: ['https://app.example.com', 'http://localhost:3000'],
    client_uri: 'https://app.example.com',
    logo_uri: 'https://app.example.com/logo.png',
    policy_uri: 'https://app.example.com/privacy',
    tos_uri: 'https://app.example.com/tos',
    backchannel_logout_uri: 'https://app.example.com/bc',
    access_token_strategy: 'jwt',
  },
};

const REFUSED: readonly (readonly [clientId: string, members: Members, reason: string])[] = [
  [
    'tokyo',
    { ...CODE, grant_types: ['authorize_code', 'client_credentials'], redirect_uris: LOCAL },
    'the registry has no grant type "authorize_code"',
  ],
  [
    'device',
    {
      ...CODE,
      grant_types: ['urn:ietf:params:oauth:grant-type:device_code'],
      token_endpoint_auth_method: 'none',
    },
    'the registry has no grant type "urn:ietf:params:oauth:grant-type:device_code"',
  ],
  [
    'wildcards',
    { grant_types: ['client_credentials'], scope: 'hydra hydra.warden hydra.*' },
    'it holds scopes that stand for others, which no client can have: "hydra.*"; name those that are meant in Hydra first',
  ],
];

describe('clients as public scripts register them', () => {
  const setup = useHydraRegistry(LISTED);
  let scene: ImportScene;
  let outcomes: ReadonlyMap<string, Reported>;

  beforeAll(async () => {
    scene = new ImportScene(setup);
    const all = [...Object.entries(TAKEN), ...REFUSED.map(([id, members]) => [id, members] as const)];
    for (const [client_id, members] of all)
      await scene.edits.add({ client_name: client_id, client_id, ...members });
    outcomes = await scene.outcomes(['--unowned', '--any-client-id'], { env: LISTED });
  });

  it.each(Object.entries(TAKEN))(
    'clients as public scripts register them are taken over with all that they have: %s',
    async (clientId, members) => {
      expect(outcomes.get(clientId)).toMatchObject({
        outcome: 'imported',
        name: clientId,
        losses: [],
        reasons: [],
      });
      await scene.imported(clientId);
      const named = outcomes.get(clientId)?.changes.map(({ member }) => member) ?? [];
      const kept = Object.entries(members).filter(([member]) => !named.includes(member));
      expect(await scene.edits.read(clientId)).toMatchObject(Object.fromEntries(kept));
    },
  );

  it.each(REFUSED)(
    'clients as public scripts register them are refused whole, with each reason: %s',
    async (clientId, members, reason) => {
      expect(outcomes.get(clientId)).toMatchObject({ outcome: 'refused', reasons: [reason] });
      expect(await scene.edits.read(clientId)).toMatchObject(members);
    },
  );

  it('clients as public scripts register them keep a redirect URI of before when another is added beside it', async () => {
    const client = await scene.imported('lan');
    const { admin: token } = setup.tenant;
    const body = { redirect_uris: [...client.redirect_uris, 'https://app.example.com/other'] };
    const answer = await setup.registry.api.patch(setup.tenant.client(client.id), { token, body });
    expect([answer.status, (await scene.edits.read('lan'))?.['redirect_uris']]).toEqual([
      200,
      body.redirect_uris,
    ]);
  });
});
