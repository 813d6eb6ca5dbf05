import { SigningKey, TestIssuer } from '../../support/tokens.js';
import { expectProblem } from '../../support/problem.js';
import { useRegistry } from '../../support/use-registry.js';

/** RFC 8725, section 3.10. */
describe('A token that says where its key is', () => {
  /** Serves the very key that signed the tokens, if anybody asks. */
  const attacker = new TestIssuer('https://attacker.test/');
  const { registry } = useRegistry();
  let keyServer: string;

  beforeAll(async () => {
    keyServer = await attacker.listen();
  });
  afterAll(async () => {
    await attacker.close();
  });

  it.each(['jku', 'x5u', 'kid', 'iss'])(
    'a token that names the place of its key in %s is refused, and nobody goes there',
    async (member) => {
      const asked = jest.spyOn(attacker, 'jwks');
      const { api, hydra } = registry;
      const claims = { sub: 'a', client_id: 'b', scp: [], ...(member === 'iss' && { iss: keyServer }) };
      const key = SigningKey.named(attacker.key.kid);
      const token = await hydra.sign(claims, {
        key,
        header: { kid: hydra.key.kid, ...(member !== 'iss' && { [member]: keyServer }) },
      });

      expectProblem(await api.get('/v1/organizations', { token }), 'invalid_token');
      expect(asked).not.toHaveBeenCalled();
      expect((await fetch(keyServer)).status).toBe(200);
      expect(asked).toHaveBeenCalledTimes(1);
      asked.mockRestore();
    },
  );
});
