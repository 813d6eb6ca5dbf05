import { expectProblem } from '../../support/problem.js';
import { MACHINE_CLIENT, type TestTenant } from '../../support/registry.js';
import { useRegistry } from '../../support/use-registry.js';

describe('The clients of a project', () => {
  const { registry } = useRegistry({ MAX_CLIENTS_PER_PROJECT: '5' });
  let tenant: TestTenant;
  beforeEach(async () => {
    tenant = await registry.tenant();
  });

  const create = (of = tenant) =>
    registry.api.post<{ id: string }>(of.clients, { token: of.developer, body: MACHINE_CLIENT });
  const fill = async (): Promise<void> => {
    for (let i = 0; i < 5; i += 1) expect((await create()).status).toBe(201);
  };

  it('a project has no more clients than the operator allows: the answer says so, and other projects are served', async () => {
    await fill();
    const { detail } = expectProblem(await create(), 'client_quota_reached');
    expect(detail).toMatch(/has 5 OAuth clients/);
    expect((await create(await registry.tenant())).status).toBe(201);
  });

  it('a project has no more clients than the operator allows when many are made at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => create()));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(15);
  });

  it('clients do not count for the quota of a project once they are deleted', async () => {
    await fill();
    const list = await registry.api.get<{ data: { id: string }[] }>(tenant.clients, { token: tenant.viewer });
    const [first] = list.body.data;
    await registry.api.delete(tenant.client(String(first?.id)), { token: tenant.admin });
    expect((await create()).status).toBe(201);
    expectProblem(await create(), 'client_quota_reached');
  });

  it('clients may be changed when a project has as many as it may have', async () => {
    await fill();
    const list = await registry.api.get<{ data: { id: string }[] }>(tenant.clients, { token: tenant.viewer });
    const path = tenant.client(String(list.body.data[0]?.id));
    const token = tenant.developer;
    expect((await registry.api.patch(path, { token, body: { name: 'Other' } })).status).toBe(200);
  });
});
