import { HOOK_SECRET } from '../../support/hydra/hydra-registry.js';
import { expectProblem, expectRawProblem } from '../../support/problem.js';
import { exchange } from '../../support/raw-http.js';
import { handlerRoutesOf } from '../../support/routes.js';
import { useHydraRegistry } from '../../support/use-registry.js';

const HOOKS = ['/hooks/hydra/token', '/hooks/authorize', '/hooks/authorize/oauth2/auth'];

const BODIES: [name: string, raw: string, type: string][] = [
  ['1 MB of open brackets', '['.repeat(1024 * 1024), 'application/json'],
  ['more than 1 MB', ' '.repeat(1024 * 1024 + 1), 'application/json'],
  ['no JSON', '{', 'application/json'],
  ['a form', 'a=b', 'application/x-www-form-urlencoded'],
];

describe('a body at a hook', () => {
  const setup = useHydraRegistry();

  describe.each(HOOKS)('%s', (path) => {
    it.each(BODIES)(
      `a body at ${path} is not read for callers without the secret: %s`,
      async (_, raw, type) => {
        for (const token of [undefined, 'wrong', setup.tenant.admin]) {
          const answer = await setup.registry.api.post(path, {
            token,
            raw,
            headers: { 'content-type': type },
          });
          expectProblem(answer, 'invalid_token');
          expect(answer.headers.get('connection')).toBe('close');
        }
      },
    );

    it(`a body at ${path} is not waited for of callers without the secret`, async () => {
      const head = [`POST ${path} HTTP/1.1`, 'Host: a', 'Content-Type: application/json'];
      const announced = `${head.join('\r\n')}\r\nContent-Length: 1000000\r\n\r\n[`;
      expectRawProblem(await exchange(setup.registry.url, announced), 'invalid_token');
    });
  });

  it('a body at the token hook that is too large is told to Hydra, with how large it may be there', async () => {
    const post = (path: string, token: string) =>
      setup.registry.api.post(path, { token, raw: ' '.repeat(1024 * 1024 + 1) });
    const atHook = await post('/hooks/hydra/token', HOOK_SECRET);
    expect(expectProblem(atHook, 'payload_too_large').detail).toContain('at most 1024 kB');
    const atApi = await post(setup.tenant.clients, setup.tenant.developer);
    expect(expectProblem(atApi, 'payload_too_large').detail).toContain('at most 512 kB');
  });

  it('no route has a guard of its own, which would come after the body is read', () => {
    const routes = handlerRoutesOf(setup.registry.app.nest);
    expect(routes.map(({ route }) => route)).toContain('POST /hooks/hydra/token');
    expect(routes.filter(({ guards }) => guards !== undefined)).toEqual([]);
  });
});
