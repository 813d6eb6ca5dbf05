import { LIMITS } from './oauth-client.limits.js';

/** Code points of a folded name, at most: NFC makes up to three of one. */
export const MAX_FOLDED_NAME = 3 * LIMITS.name;

const LAST_CODE_POINT = 0x10ffff;
/** Code points from here to the next are surrogates, which no text has. */
const BEFORE_SURROGATES = 0xd7ff;
const AFTER_SURROGATES = 0xe000;

/** After every folded name, in the order of code points. */
export const AFTER_ALL_NAMES = String.fromCodePoint(LAST_CODE_POINT).repeat(MAX_FOLDED_NAME + 1);

/**
 * A name as it is searched and sorted by: Unicode lower case, NFC, the same on every machine and under every collation. Each
 * code point is folded by itself, so that a prefix of a name folds to a prefix of what the name folds to: lower case by words
 * would write a sigma at the end of a prefix otherwise than within the name.
 */
export const foldedName = (name: string): string => (isAscii(name) ? name.toLowerCase() : foldedText(name));

// oxlint-disable-next-line no-control-regex -- the first code point of ASCII
const isAscii = (text: string): boolean => /^[\0-\x7F]*$/.test(text);

const foldedText = (text: string): string =>
  Array.from(text, (character) => character.toLowerCase())
    .join('')
    .replaceAll('ς', 'σ')
    .normalize('NFC');

/** Where the folded names that begin with the folded prefix stop, in the order of code points. */
export function endOfPrefix(prefix: string): string {
  const codePoints = Array.from(prefix, (character) => character.codePointAt(0) ?? 0);
  while (codePoints.at(-1) === LAST_CODE_POINT) codePoints.pop();
  const last = codePoints.pop();
  if (last === undefined) return AFTER_ALL_NAMES;
  return String.fromCodePoint(...codePoints, last === BEFORE_SURROGATES ? AFTER_SURROGATES : last + 1);
}
