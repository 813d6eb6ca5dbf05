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

  it('starts from tokens that are accepted', () => {
    expect(tokens.map((token) => outcomeOf(token))).toEqual(tokens.map(() => 'accepted'));
  });

  it('accepts none with edited characters', () => {
    expectAllRefused(editedTokens(tokens), 3000);
  });

  it('accepts none with a flipped bit in any part', () => {
    expectAllRefused(bitFlippedTokens(tokens), 2000);
  });

  it('accepts none put together from parts of different tokens', () => {
    expectAllRefused(recombinedTokens(tokens), 200);
  });

  it('accepts no other value of a member that has one right value, even under a good signature', () => {
    expectAllRefused(wronglySignedTokens(hydra, goodClaims), 1500);
  });

  it('never fails otherwise than by refusing, whatever the bytes of header and payload', () => {
    expectAllRefused(signedBytes(hydra), 300);
  });
});
