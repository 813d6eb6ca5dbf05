import { MACHINE_CLIENT, type Body } from '../../support/registry.js';
import { stateOf } from '../../support/database-state.js';
import { useRegistry } from '../../support/use-registry.js';

const RESERVED = ['registry:admin', 'registry:read', 'registry:'];
const UNKNOWN = ['oauth_clients:delete', 'oauth_clients:*', 'oauth_clients:', 'oauth_clients:write:all'];

/** Even an operator's slip hands out nothing that is reserved. */
describe.each<[string, Record<string, string>]>([
  ['by default', {}],
  [
    'when the operator lists them',
    { ASSIGNABLE_SCOPES: 'registry:admin registry:* oauth_clients:* orders:*' },
  ],
])('A scope that is withheld %s', (_, env) => {
  const { registry, tenant } = useRegistry(env, { tenant: { trusted_clients_allowed: true } });

  async function refusalsOf(token: string, scope: string): Promise<unknown[]> {
    const { id } = await tenant.createClient(MACHINE_CLIENT);
    const before = await stateOf(registry.database);
    const scopes = ['orders:read', scope];
    const calls: [string, string, Body][] = [
      ['POST', tenant.clients, { ...MACHINE_CLIENT, scopes }],
      ['PATCH', tenant.client(id), { scopes }],
    ];
    const found: unknown[] = [];
    for (const [method, path, body] of calls) {
      const answer = await registry.api.call(method, path, { token, body });
      found.push([answer.status, answer.body['errors']]);
    }
    expect(await stateOf(registry.database)).toEqual(before);
    return found;
  }

  it.each([...RESERVED, ...UNKNOWN])('the withheld scope %s is refused to an admin', async (scope) => {
    const code = expect.stringMatching(/^(scope_not_assignable|scope_has_wildcard|invalid_scope)$/) as string;
    const refusal = [422, [expect.objectContaining({ pointer: '/scopes/1', code })]];
    expect(await refusalsOf(tenant.admin, scope)).toEqual([refusal, refusal]);
  });

  it.each([...RESERVED, ...UNKNOWN])('the withheld scope %s is refused to a developer', async (scope) => {
    for (const [status] of (await refusalsOf(tenant.developer, scope)) as [number][]) {
      expect([403, 422]).toContain(status);
    }
  });
});
