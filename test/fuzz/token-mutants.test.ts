import fc from 'fast-check';
import { TokenAuthenticator } from '../../src/auth/token-authenticator.js';
import { InvalidToken } from '../../src/auth/invalid-token.js';
import { TestRegistry } from '../support/registry.js';
import {
  bitFlippedTokens,
  editedTokens,
  recombinedTokens,
  signedBytes,
  wronglySignedTokens,
} from '../support/token-mutants.js';
import { FUZZ_TIMEOUT, MUTANT_COUNT, printSeed, SEED } from './scale.js';
import { Sender } from './send.js';

/** What an Authorization header can carry as a bearer token; others are mended or refused on the way. */
const SENDABLE = /^[\w\-.~+/]+=*$/;

describe('mutants of valid tokens, sent to the running service', () => {
  let registry: TestRegistry;
  let sender: Sender;
  let tokens: string[];

  beforeAll(async () => {
    registry = await TestRegistry.start();
    sender = new Sender(registry.url);
    tokens = await Promise.all([
      registry.person('somebody'),
      registry.machine('robot'),
      registry.platform(),
      registry.kratos.kratosSession({ sub: 'somebody' }),
    ]);
  });
  afterAll(async () => {
    sender.close();
    await registry.stop();
  });

  const call = (token: string) =>
    sender.send({
      method: 'GET',
      target: '/v1/organizations',
      headers: { authorization: `Bearer ${token}` },
      body: null,
    });

  /** Whether the authenticator of the running service refuses a token that no header can carry. */
  const isRefusedInside = async (token: string): Promise<boolean> => {
    try {
      await registry.app.nest.get(TokenAuthenticator).authenticate(token);
      return false;
    } catch (error) {
      return error instanceof InvalidToken;
    }
  };

  it('token mutants start from tokens that the running service accepts', async () => {
    const statuses = await Promise.all(tokens.map(async (token) => (await call(token)).status));
    expect(statuses).toEqual([200, 200, 200, 200]);
  });

  it(
    `the running service accepts none of ${MUTANT_COUNT} token mutants, and answers each the same`,
    async () => {
      printSeed(`${MUTANT_COUNT} token mutants`);
      const { hydra, kratos } = registry;
      const claims = { sub: 'somebody', client_id: 'dashboard', scp: [] };
      const mutants = fc.oneof(
        { weight: 4, arbitrary: editedTokens(tokens) },
        { weight: 4, arbitrary: bitFlippedTokens(tokens) },
        { weight: 1, arbitrary: recombinedTokens(tokens) },
        { weight: 4, arbitrary: wronglySignedTokens(hydra, () => ({ ...hydra.commonClaims(), ...claims })) },
        { weight: 1, arbitrary: signedBytes(hydra) },
        { weight: 1, arbitrary: signedBytes(kratos) },
      );
      const answers = new Set<string>();
      for (const mutant of fc.sample(mutants, { seed: SEED, numRuns: MUTANT_COUNT })) {
        if (!(await isRefusedInside(mutant)))
          throw new Error(`FUZZ_SEED=${SEED}: accepted ${JSON.stringify(mutant)}`);
        if (!SENDABLE.test(mutant)) continue;
        const { status, headers, text } = await call(mutant);
        const body = { ...(JSON.parse(text) as object), request_id: 'any' };
        answers.add(JSON.stringify([status, headers['content-type'], headers['www-authenticate'], body]));
      }
      expect([...answers]).toEqual([
        expect.stringMatching(/^\[401,"application\/problem\+json.*error=\\"invalid_token\\"/),
      ]);
    },
    FUZZ_TIMEOUT,
  );
});
