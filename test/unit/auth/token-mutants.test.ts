import fc from 'fast-check';
import { embedded, goodClaims, goodHeader, hydra, kratos, outcomeOf, PERSON } from './support.js';

const SEED = 20_261_123;
const CHARACTERS = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/ \n\0é');

/** One edit of a text: where (as a share of its length), how much goes, what comes. */
const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.integer({ min: 0, max: 4 }),
  inserted: fc
    .array(fc.constantFrom(...CHARACTERS), { maxLength: 4 })
    .map((characters) => characters.join('')),
});

const apply = (
  text: string,
  { at, removed, inserted }: { at: number; removed: number; inserted: string },
): string => {
  const start = Math.round(at * text.length);
  return text.slice(0, start) + inserted + text.slice(start + removed);
};

const flipBit = (token: string, part: number, at: number, bit: number): string => {
  const parts = token.split('.');
  const bytes = Buffer.from(parts[part] ?? '', 'base64url');
  const index = Math.min(Math.floor(at * bytes.length), bytes.length - 1);
  bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
  parts[part] = bytes.toString('base64url');
  return parts.join('.');
};

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

  it('starts from tokens that are accepted', () => {
    expect(tokens.map((token) => outcomeOf(token))).toEqual(tokens.map(() => 'accepted'));
  });

  it('accepts none with edited characters', () => {
    fc.assert(
      fc.property(fc.nat({ max: 3 }), fc.array(edit, { minLength: 1, maxLength: 3 }), (which, edits) => {
        const token = tokens[which] ?? '';
        const mutant = edits.reduce(apply, token);
        fc.pre(mutant !== token);
        expect(outcomeOf(mutant)).not.toBe('accepted');
      }),
      { seed: SEED, numRuns: 3000 },
    );
  });

  it('accepts none with a flipped bit in any part', () => {
    const [which, part, bit] = [fc.nat({ max: 3 }), fc.nat({ max: 2 }), fc.nat({ max: 7 })];
    fc.assert(
      fc.property(
        which,
        part,
        fc.double({ min: 0, max: 1, noNaN: true }),
        bit,
        (token, index, at, flipped) => {
          expect(outcomeOf(flipBit(tokens[token] ?? '', index, at, flipped))).not.toBe('accepted');
        },
      ),
      { seed: SEED, numRuns: 2000 },
    );
  });

  it('accepts none put together from parts of different tokens', () => {
    const part = fc.nat({ max: 3 });
    fc.assert(
      fc.property(part, part, part, (head, body, signature) => {
        fc.pre(!(head === body && body === signature));
        const parts = [head, body, signature].map((which, index) => tokens[which]?.split('.')[index]);
        const mutant = parts.join('.');
        fc.pre(!tokens.includes(mutant));
        expect(outcomeOf(mutant)).not.toBe('accepted');
      }),
      { seed: SEED, numRuns: 200 },
    );
  });

  it('accepts no other value of a member that has one right value, even under a good signature', () => {
    const named = fc.constantFrom(
      { place: 'header', name: 'alg' },
      { place: 'header', name: 'kid' },
      { place: 'claims', name: 'iss' },
      { place: 'claims', name: 'aud' },
    );
    fc.assert(
      fc.property(named, fc.jsonValue({ maxDepth: 2 }), ({ place, name }, value) => {
        const [head, body] = [{ ...goodHeader() }, { ...goodClaims() }];
        (place === 'header' ? head : body)[name] = value;
        const token = hydra.key.signRaw(JSON.stringify(head), JSON.stringify(body));
        expect(outcomeOf(token)).not.toBe('accepted');
      }),
      { seed: SEED, numRuns: 1000 },
    );
  });

  it('never fails otherwise than by refusing, whatever the bytes of header and payload', () => {
    const bytes = fc.oneof(
      fc.json(),
      fc.string({ unit: 'binary' }),
      fc.uint8Array().map((array) => Buffer.from(array)),
    );
    fc.assert(
      fc.property(bytes, bytes, (head, body) => {
        expect(outcomeOf(hydra.key.signRaw(head, body))).not.toBe('accepted');
      }),
      { seed: SEED, numRuns: 300 },
    );
  });
});
