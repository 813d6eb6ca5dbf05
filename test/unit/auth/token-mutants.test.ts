import fc from 'fast-check';
import {
  bitFlippedTokens,
  editedTokens,
  recombinedTokens,
  signedBytes,
  wronglySignedTokens,
} from '../../support/token-mutants.js';
import { embedded, goodClaims, hydra, kratos, outcomeOf, PERSON } from './support.js';

const SEED = 20_261_123;

describe('mutants of valid tokens', () => {
  let tokens: string[];

  beforeAll(async () => {
    tokens = await Promise.all([
      hydra.person(PERSON),
      hydra.machine({ clientId: 'robot', scopes: ['a', 'b'] }),
      kratos.kratosSession({ sub: PERSON.sub }),
      embedded.sign({ sub: 'robot', client_id: 'robot', scope: 'a' }),
    ]);
  });

  const expectAllRefused = (mutants: fc.Arbitrary<string>, numRuns: number): void =>
    fc.assert(
      fc.property(mutants, (mutant) => {
        expect(outcomeOf(mutant)).not.toBe('accepted');
      }),
      { seed: SEED, numRuns },
    );

  it('token mutants start from tokens that are accepted', () => {
    expect(tokens.map((token) => outcomeOf(token))).toEqual(tokens.map(() => 'accepted'));
  });

  it('no token with edited characters is accepted', () => {
    expectAllRefused(editedTokens(tokens), 3000);
  });

  it('no token with a flipped bit in any part is accepted', () => {
    expectAllRefused(bitFlippedTokens(tokens), 2000);
  });

  it('no token put together from parts of different tokens is accepted', () => {
    expectAllRefused(recombinedTokens(tokens), 200);
  });

  it('no other value of a member that has one right value is accepted, even under a good signature', () => {
    expectAllRefused(wronglySignedTokens(hydra, goodClaims), 1500);
  });

  it('the token verifier never fails otherwise than by refusing, whatever the bytes of header and payload', () => {
    expectAllRefused(signedBytes(hydra), 300);
  });
});
