import fc from 'fast-check';
import {
  AFTER_ALL_NAMES,
  endOfPrefix,
  foldedName,
  MAX_FOLDED_NAME,
} from '../../../src/oauth-clients/model/folded-name.js';

/** As PostgreSQL compares text of the collation "C". */
const compared = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

const character = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  fc.constantFrom(
    'Σ',
    'σ',
    'ς',
    'İ',
    'ß',
    'ẞ',
    'É',
    'e',
    '\u0301',
    '%',
    '_',
    '\\',
    '\u{10FFFF}',
    '\uD7FF',
    'K',
  ),
);
const name = fc.string({ unit: character, maxLength: 40 });

describe('A folded name', () => {
  it.each([
    ['WEB Shop', 'web shop'],
    ['ÄRZTE', 'ärzte'],
    ['A\u0308', 'ä'],
    ['ΟΔΟΣ', 'οδοσ'],
    ['οδος', 'οδοσ'],
    ['İ', 'i̇'],
    ['ẞ', 'ß'],
    ['50%_\\', '50%_\\'],
  ])('the folded name of %j is %j', (given, folded) => {
    expect(foldedName(given)).toBe(folded);
  });

  it('a folded name is the same for a name and for its folded name', () => {
    fc.assert(
      fc.property(name, (given) => {
        expect(foldedName(foldedName(given))).toBe(foldedName(given));
      }),
    );
  });

  it('a folded name has as many code points as the column takes at the most', () => {
    const widest = '\u{1D160}'.repeat(128);
    expect(Array.from(foldedName(widest))).toHaveLength(MAX_FOLDED_NAME);
  });

  it('a folded name is after the prefixes that it begins with, and before their ends', () => {
    fc.assert(
      fc.property(name, fc.nat({ max: 40 }), (given, length) => {
        const folded = foldedName(given);
        const prefix = Array.from(folded).slice(0, length).join('');
        expect(compared(prefix, folded)).toBeLessThanOrEqual(0);
        expect(compared(folded, endOfPrefix(prefix))).toBeLessThan(0);
      }),
    );
  });

  it('a folded name is not between a prefix and its end when it begins with something else', () => {
    fc.assert(
      fc.property(name, name, (given, other) => {
        const [folded, prefix] = [foldedName(given), foldedName(other)];
        const isBetween = compared(prefix, folded) <= 0 && compared(folded, endOfPrefix(prefix)) < 0;
        expect(isBetween).toBe(folded.startsWith(prefix));
      }),
      { numRuns: 1_000 },
    );
  });

  it('a folded name is before what stands for the end of all', () => {
    expect(compared('\u{10FFFF}'.repeat(MAX_FOLDED_NAME), AFTER_ALL_NAMES)).toBeLessThan(0);
  });
});
