import { MACHINE_CLIENT } from '../../support/registry.js';
import type { OAuthClientDto } from '../../../src/oauth-clients/dto/oauth-client.dto.js';
import { ClientCalls, expectProblem, stateOf } from '../oauth-clients/support.js';
import { useHydraRegistry } from '../../support/use-registry.js';

describe.each([
  ['with the token hook', {}],
  ['without the token hook', { HOOK_SECRET: '', AUTHORIZE_GATE: 'disabled' }],
])('Secrets of a client in Hydra, %s', (_, settings) => {
  const hasHook = !('HOOK_SECRET' in settings);
  const setup = useHydraRegistry(settings);
  let client: OAuthClientDto;
  beforeEach(async () => {
    client = await setup.tenant.createClient(MACHINE_CLIENT);
  });

  const call = (method: 'post' | 'patch' | 'delete', path: string, body?: object) =>
    setup.registry.api[method]<Record<string, unknown>>(`${setup.tenant.client(client.id)}${path}`, {
      token: setup.tenant.developer,
      body,
    });
  const read = async () =>
    (await new ClientCalls(setup.registry, setup.tenant, setup.tenant.viewer).get(client.id)).body;

  it('an overlap of secrets in Hydra is refused, and nothing done', async () => {
    const before = await stateOf(setup.registry, client.id);
    const answer = await call('post', '/secrets', { overlap_seconds: 60 });
    expectProblem(answer, 422, 'validation_failed', ['/overlap_seconds secret_overlap_not_served']);
    expect(await stateOf(setup.registry, client.id)).toEqual(before);
    expect((await call('post', '/secrets', { overlap_seconds: 0 })).status).toBe(201);
  });

  it(hasHook ? 'expire' : 'do not expire: refused, and nothing done', async () => {
    const before = await stateOf(setup.registry, client.id);
    const answers = [
      await call('patch', `/secrets/${client.secret_id}`, { expires_in_seconds: 60 }),
      await call('post', '/secrets', { expires_in_seconds: 60 }),
    ];
    if (hasHook) return expect(answers.map(({ status }) => status)).toEqual([200, 201]);
    for (const answer of answers)
      expectProblem(answer, 422, 'validation_failed', ['/expires_in_seconds secret_expiry_not_served']);
    expect(await stateOf(setup.registry, client.id)).toEqual(before);
  });

  it(
    hasHook ? 'are not the end of tokens, which end' : 'are all that ends without the hook: tokens do not',
    async () => {
      const before = await stateOf(setup.registry, client.id);
      const answer = await call('delete', '/tokens');
      if (hasHook) return expect(answer.status).toBe(204);
      expectProblem(answer, 422, 'tokens_end_not_served');
      expect(await stateOf(setup.registry, client.id)).toEqual(before);
    },
  );

  it('the last secret, once ended, is replaced in Hydra by one that nobody knows, which is no problem', async () => {
    const works = (secret: unknown) => setup.hydra.verifySecret(client.client_id, String(secret));
    expect(works(client.client_secret)).toBe(true);
    expect((await call('delete', `/secrets/${client.secret_id}`)).status).toBe(204);
    const { sync_status, sync_problem } = await read();
    expect([sync_status, sync_problem]).toEqual(['synced', null]);
    expect(works(client.client_secret)).toBe(false);

    expect((await call('patch', '', { name: 'Renamed' })).body).toMatchObject({ sync_status: 'synced' });
    const { body } = await call('post', '/secrets');
    expect(works(body['client_secret'])).toBe(true);
  });
});
