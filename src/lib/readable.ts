/**
 * Control characters, which a terminal would obey, and those that reorder the text around them (Unicode UAX #9): with one
 * of them, a text does not read as it is.
 */
const UNREADABLE = /[\p{Cc}\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/gu;

/** The text with its unreadable characters as \u escapes. */
export const readable = (text: string): string =>
  text.replace(UNREADABLE, (found) => `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`);
