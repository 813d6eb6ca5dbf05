import { HydraRegistry } from '../../support/hydra/hydra-registry.js';
import { expectProblem } from '../../support/problem.js';
import { TestRegistry, type TestTenant } from '../../support/registry.js';
import { ClientCalls, WEB } from './support.js';

const SETTINGS = {
  PUBLIC_URL: 'https://registry.example',
  ASSIGNABLE_AUDIENCES: 'https://api.example.com/* orders',
};
const GOOD = {
  audiences: ['https://api.example.com/orders'],
  post_logout_redirect_uris: ['https://shop.example.com/signed-out'],
  allowed_cors_origins: ['https://shop.example.com'],
  client_uri: 'https://shop.example.com',
  logo_uri: 'https://shop.example.com/logo.png',
  policy_uri: 'https://shop.example.com/privacy',
  tos_uri: 'https://shop.example.com/terms',
  contacts: ['team@shop.example.com'],
  access_token_lifetime: 600,
  id_token_lifetime: 700,
  refresh_token_lifetime: 800,
};
const CLEARED = {
  audiences: [],
  post_logout_redirect_uris: [],
  allowed_cors_origins: [],
  client_uri: '',
  logo_uri: '',
  policy_uri: '',
  tos_uri: '',
  contacts: [],
  access_token_lifetime: 0,
  id_token_lifetime: 0,
  refresh_token_lifetime: 0,
};

const SERVERS: [
  name: string,
  start: () => Promise<{ registry: TestRegistry; tenant: TestTenant; stop(): Promise<void> }>,
][] = [
  [
    'the embedded authorization server',
    async () => {
      const registry = await TestRegistry.start(SETTINGS);
      return { registry, tenant: await registry.tenant(), stop: () => registry.stop() };
    },
  ],
  ['Hydra', () => HydraRegistry.start(SETTINGS)],
];

describe.each(SERVERS)('addresses, contacts and what tokens say, with %s', (server, start) => {
  let setup: Awaited<ReturnType<typeof start>>;
  let clients: ClientCalls;

  beforeAll(async () => {
    setup = await start();
    clients = new ClientCalls(setup.registry, setup.tenant, setup.tenant.developer);
  });
  afterAll(() => setup.stop());

  it('addresses, contacts and what tokens say are kept as they are sent, from the first on', async () => {
    const { status, body } = await clients.create({ ...WEB, ...GOOD });

    expect([status, body.sync_status]).toEqual([201, 'synced']);
    expect((await clients.get(body.id)).body).toMatchObject(GOOD);
  });

  it('addresses, contacts and what tokens say are changed, cleared by nothing, and left alone by null', async () => {
    const { id } = (await clients.create(WEB)).body;
    const nulls = Object.fromEntries(Object.keys(GOOD).map((member) => [member, null]));

    expect((await clients.update(id, GOOD)).body).toMatchObject(GOOD);
    expect((await clients.update(id, nulls)).body).toMatchObject(GOOD);
    const { body } = await clients.update(id, CLEARED);
    expect(body).toMatchObject({ ...nulls, ...EMPTY_LISTS });
    expect(body.sync_status).toBe('synced');
  });

  it('addresses, contacts and what tokens say are in the audit trail, from and to', async () => {
    const { id } = (await clients.create(WEB)).body;
    await clients.update(id, { contacts: ['a@b.example'], access_token_lifetime: 60 });
    const { rows } = await setup.registry.database.query<{ changes: unknown }>(
      `select changes from audit_events where oauth_client_id = $1 and action = 'oauth_client.updated'`,
      [id],
    );

    expect(rows).toEqual([
      {
        changes: {
          contacts: { added: ['a@b.example'], removed: [] },
          access_token_lifetime: { from: null, to: 60 },
        },
      },
    ]);
  });

  const BAD: [what: string, body: object, pointer: string][] = [
    ['an audience outside the list', { audiences: ['https://other.example'] }, '/audiences/0'],
    ['an audience that is no URI', { audiences: ['no uri'] }, '/audiences/0'],
    ['this API as audience', { audiences: ['https://registry.example'] }, '/audiences/0'],
    [
      'a logout URI elsewhere',
      { post_logout_redirect_uris: ['https://other.example/'] },
      '/post_logout_redirect_uris/0',
    ],
    ['every origin', { allowed_cors_origins: ['*'] }, '/allowed_cors_origins/0'],
    ['a script as logo', { logo_uri: 'javascript:alert(1)' }, '/logo_uri'],
    ['a life past the ceiling', { access_token_lifetime: 86_401 }, '/access_token_lifetime'],
    ['an ID token past it', { id_token_lifetime: 86_401 }, '/id_token_lifetime'],
    ['a refresh token past its own', { refresh_token_lifetime: 31_536_001 }, '/refresh_token_lifetime'],
    ['a life below a minute', { access_token_lifetime: 59 }, '/access_token_lifetime'],
    ['half a second', { access_token_lifetime: 60.5 }, '/access_token_lifetime'],
    ['a text as lifetime', { access_token_lifetime: '600' }, '/access_token_lifetime'],
    ['eleven contacts', { contacts: Array.from({ length: 11 }, (_, n) => `a${n}@b.example`) }, '/contacts'],
    server === 'Hydra'
      ? ['a pattern to Hydra', { allowed_cors_origins: ['http://[::1]:3000'] }, '/allowed_cors_origins/0']
      : ['a name as audience', { audiences: ['orders'] }, '/audiences/0'],
  ];

  it.each(BAD)(
    'addresses, contacts and what tokens say are refused, and nothing stored, with %s',
    async (_, body, pointer) => {
      const { id } = (await clients.create({ ...WEB, ...GOOD })).body;
      const before = (await clients.get(id)).body;
      const count = (await clients.list()).body.data.length;
      const answers = [await clients.create({ ...WEB, ...body }), await clients.update(id, body)];

      for (const answer of answers) {
        expect(expectProblem(answer, 'validation_failed').errors).toEqual([
          expect.objectContaining({ pointer }),
        ]);
      }
      expect((await clients.get(id)).body).toEqual(before);
      expect((await clients.list()).body.data.length).toBe(count);
    },
  );
});

const EMPTY_LISTS = {
  audiences: [],
  post_logout_redirect_uris: [],
  allowed_cors_origins: [],
  contacts: [],
};

it('audiences that nothing enforces are a clear refusal', async () => {
  const setup = await HydraRegistry.start({ ...SETTINGS, AUTHORIZE_GATE: 'disabled' });
  const clients = new ClientCalls(setup.registry, setup.tenant, setup.tenant.developer);
  const answer = await clients.create({ ...WEB, audiences: GOOD.audiences });
  await setup.stop();

  expect(expectProblem(answer, 'validation_failed').errors).toEqual([
    expect.objectContaining({ pointer: '/audiences', code: 'audience_not_enforceable' }),
  ]);
});
