import { TestRegistry } from '../../support/registry.js';
import { ClientCalls, expectProblem, expectRefusedUpdate, MACHINE, WEB } from './support.js';
import { useRegistry } from '../../support/use-registry.js';

const ASSIGNABLE_SCOPES = 'openid,orders:*,notes.*,oauth_clients:read';
const ALLOWED = ['openid', 'orders:read', 'orders:a:b', 'notes.read', 'oauth_clients:read'];
const NOT_ALLOWED = [
  'profile',
  'openid2',
  'OPENID',
  'orders',
  'orders:',
  'orders.read',
  'myorders:read',
  'notes',
  'notes:read',
  'oauth_clients:write',
  'oauth_clients:delete',
  'registry:admin',
];

describe('Scopes that may be given to clients', () => {
  const { registry, tenant, calls } = useRegistry({ ASSIGNABLE_SCOPES });

  it('the scopes that clients may be given are those that ASSIGNABLE_SCOPES names, exactly or by prefix', async () => {
    const created = await calls.create({ ...MACHINE, scopes: ALLOWED });
    expect([created.status, created.body.scopes]).toEqual([201, ALLOWED]);
    const { body: client } = await calls.create(WEB);
    const changed = await calls.update(client.id, { scopes: ALLOWED });
    expect([changed.status, changed.body.scopes]).toEqual([200, ALLOWED]);
  });

  it('scopes that ASSIGNABLE_SCOPES does not name are each refused at their place on both calls', async () => {
    const scopes = [...NOT_ALLOWED.slice(0, 6), 'openid', ...NOT_ALLOWED.slice(6)];
    const violations = scopes.flatMap((scope, index) =>
      scope === 'openid' ? [] : [`/scopes/${index} scope_not_assignable`],
    );
    expectProblem(await calls.create({ ...MACHINE, scopes }), 422, 'validation_failed', violations);
    const { body: client } = await calls.create(WEB);
    await expectRefusedUpdate(registry, calls, client.id, { scopes }, violations);
  });

  describe('when the configuration has become narrower', () => {
    let narrower: TestRegistry;
    beforeAll(async () => {
      narrower = await TestRegistry.start({
        DATABASE_URL: registry.databaseUrl,
        ASSIGNABLE_SCOPES: 'openid',
      });
    });
    afterAll(() => narrower.stop());

    it('scopes that are no longer assignable stay where they are, can be taken away, and cannot be given again', async () => {
      const later = new ClientCalls(narrower, tenant, tenant.admin);
      const { body: client } = await calls.create({ ...WEB, scopes: ['orders:read', 'notes.read'] });
      expect(await later.update(client.id, { name: 'Renamed' })).toMatchObject({ status: 200 });
      const fewer = await later.update(client.id, { scopes: ['openid', 'orders:read'] });
      expect([fewer.status, fewer.body.scopes]).toEqual([200, ['openid', 'orders:read']]);
      await expectRefusedUpdate(narrower, later, client.id, { scopes: ['orders:read', 'notes.read'] }, [
        '/scopes/1 scope_not_assignable',
      ]);
    });
  });
});

describe('Clients', () => {
  const { registry } = useRegistry();

  async function organization(settings: object = {}) {
    const tenant = await registry.tenant({ ...settings });
    return { tenant, calls: new ClientCalls(registry, tenant, tenant.admin) };
  }

  it('clients may have every scope that is not reserved when ASSIGNABLE_SCOPES is not set', async () => {
    const { calls } = await organization();
    const scopes = [
      ...ALLOWED,
      'profile',
      'oauth_clients:write',
      'https://api.example.com/orders.read',
      '!~',
    ];
    const { status, body } = await calls.create({ ...MACHINE, scopes });
    expect([status, body.scopes]).toEqual([201, scopes]);
  });

  describe('of an organization that may not have trusted clients, as is the default', () => {
    it('clients cannot be trusted, neither new nor later, where their organization may not have trusted ones', async () => {
      const { calls } = await organization();
      const violations = ['/trusted trusted_clients_not_allowed'];
      expectProblem(await calls.create({ ...WEB, trusted: true }), 422, 'validation_failed', violations);
      const { body: client } = await calls.create(WEB);
      expect(client.trusted).toBe(false);
      await expectRefusedUpdate(registry, calls, client.id, { trusted: true }, violations);
    });

    it('clients can say that they are not trusted where their organization may not have trusted ones', async () => {
      const { calls } = await organization();
      const { body: client } = await calls.create({ ...WEB, trusted: false });
      expect(await calls.update(client.id, { trusted: false })).toMatchObject({ status: 200 });
    });
  });

  describe('of an organization that may have trusted clients', () => {
    it('clients can be trusted, new and later, where their organization may have trusted ones', async () => {
      const { calls } = await organization({ trusted_clients_allowed: true });
      const created = await calls.create({ ...WEB, trusted: true });
      expect([created.status, created.body.trusted]).toEqual([201, true]);
      const { body: client } = await calls.create(WEB);
      const changed = await calls.update(client.id, { trusted: true });
      expect([changed.status, changed.body.trusted]).toEqual([200, true]);
    });

    it('clients stay trusted when the platform takes the permission back, until they are not', async () => {
      const { tenant, calls } = await organization({ trusted_clients_allowed: true });
      const { body: client } = await calls.create({ ...WEB, trusted: true });
      const answer = await registry.api.put(`/v1/organizations/${tenant.organizationId}`, {
        token: await registry.platform(),
        body: { name: 'Example Ltd', trusted_clients_allowed: false },
      });
      expect(answer.status).toBe(200);
      const renamed = await calls.update(client.id, { name: 'Renamed' });
      expect([renamed.status, renamed.body.trusted]).toEqual([200, true]);
      const changed = await calls.update(client.id, { trusted: false });
      expect([changed.status, changed.body.trusted]).toEqual([200, false]);
      await expectRefusedUpdate(registry, calls, client.id, { trusted: true }, [
        '/trusted trusted_clients_not_allowed',
      ]);
    });
  });
});
