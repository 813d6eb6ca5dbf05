/*
 * What a text that people decide by, such as the name on a consent page, must not be made of. The classes are Unicode's
 * (UAX #44, UAX #9), as the regular expressions of the running Node know them.
 */

const LINE_BREAK = /\r?\n/g;

/** Controls, and what breaks lines or embeds, overrides and isolates the direction of text. */
const CONTROLS = /[\p{Cc}\p{Cs}\u2028-\u202E\u2066-\u2069]/u;

/** Characters that show nothing. Those that scripts and emoji are written with stay: joiners, marks of direction, variation selectors. */
const IGNORABLE = /(?![\u200C-\u200F\p{Variation_Selector}])\p{Default_Ignorable_Code_Point}/u;

/** A character that can be seen. An empty Braille cell and note head cannot, although Unicode counts them as symbols. */
const VISIBLE = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{M}\p{Cc}\p{Cf}\p{Cs}\u2800\u{1D159}]/u;

/** Five combining marks in a row, which reach over the lines above and below. A joiner between them does not end the stack. */
const MARKS = String.raw`(?:\p{M}[\u200C-\u200F]*)`;
const STACKED_MARKS = new RegExp(`${MARKS}{5}`, 'u');

/** What is wrong with the characters of the text, for whoever sent it; null when nothing is. */
export function characterProblem(text: string, { lineBreaks = false } = {}): string | null {
  const judged = lineBreaks ? text.replace(LINE_BREAK, ' ') : text;
  if (CONTROLS.test(judged)) {
    return `Must not contain control, bidirectional or unpaired surrogate characters${lineBreaks ? '; line breaks (\\n) are fine' : ', nor line breaks'}.`;
  }
  if (IGNORABLE.test(judged)) return 'Must not contain invisible characters, such as zero-width spaces.';
  if (STACKED_MARKS.test(judged)) return 'Must not have more than four combining marks in a row.';
  return null;
}

/** The text without the characters that `characterProblem` is about; the same text where there is none. */
export function withoutProblems(text: string): string {
  if (characterProblem(text) === null) return text;
  return text
    .replace(new RegExp(`${CONTROLS.source}+`, 'gu'), ' ')
    .replace(new RegExp(IGNORABLE, 'gu'), '')
    .replace(new RegExp(`(${MARKS}{4})${MARKS}+`, 'gu'), '$1')
    .trim();
}

export const hasVisibleCharacter = (text: string): boolean => VISIBLE.test(text);
