import { expectProblem } from '../../support/problem.js';
import { TestRegistry, type TestTenant } from '../../support/registry.js';

/** Bodies that cannot be read, each in its own way. */
const UNREADABLE: [string, string, string][] = [
  ['not JSON', '{"name":', 'application/json'],
  ['20,000 levels deep', '['.repeat(20_000), 'application/json'],
  ['the same member twice', '{"name":"a","name":"b"}', 'application/json'],
  ['UTF-16', '{}', 'application/json; charset=utf-16'],
  ['a form', 'access_token=a', 'application/x-www-form-urlencoded'],
  ['a merge patch', '{}', 'application/merge-patch+json'],
];

describe('a body', () => {
  let registry: TestRegistry;
  let tenant: TestTenant;

  beforeAll(async () => {
    registry = await TestRegistry.start();
    tenant = await registry.tenant();
  });
  afterAll(() => registry.stop());

  describe.each(UNREADABLE)('that cannot be read (%s)', (_, raw, type) => {
    const create = (token: string | undefined) =>
      registry.api.post(tenant.clients, { token, raw, headers: { 'content-type': type } });

    it('is 401 to who has no good token, and counts as such', async () => {
      expectProblem(await create(undefined), 'invalid_token');
      expectProblem(await create('garbage'), 'invalid_token');
    });

    it('is 404 to who may not see the project', async () => {
      expectProblem(await create(await registry.person('stranger')), 'not_found');
    });

    it('is 403 to who may not create', async () => {
      expectProblem(await create(tenant.viewer), 'forbidden');
    });

    it('is told to who may', async () => {
      const code = type === 'application/json' ? 'bad_request' : 'unsupported_media_type';
      expectProblem(await create(tenant.developer), code);
    });

    it('leaves the connection and the next request alone', async () => {
      await create(tenant.developer);
      expect((await registry.api.get(tenant.clients, { token: tenant.viewer })).status).toBe(200);
    });
  });

  it('is refused where none is taken, whatever it is, and unless it is JSON where one may be left out', async () => {
    const client = tenant.client((await tenant.createClient()).id);
    const form = { raw: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } };
    const answers = [
      await registry.api.post(`${client}/secrets`, { token: tenant.admin, ...form }),
      await registry.api.delete(client, { token: tenant.admin, ...form }),
      await registry.api.get(client, { token: tenant.admin }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([415, 400, 200]);
  });
});
