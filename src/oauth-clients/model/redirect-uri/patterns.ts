/* Patterns of what no redirect URI may have. */

/** Whether a text is several URIs, as a person pastes them. */
export function areSeveral(text: string): boolean {
  const pieces = text.trim().split(/\s+/);
  return pieces.length > 1 && pieces.every((piece) => /^[a-z][a-z\d+.-]*:\//i.test(piece));
}

/** A slash or a backslash, once or several times encoded too. */
export const SLASH = /\/|%(?:25)*(?:2f|5c)/i;
/** Blanks, line breaks, controls, format characters such as bidirectional marks, and unpaired surrogates. */
export const INVISIBLE = /[\s\p{Cc}\p{Cf}\p{Cs}\p{Z}]/u;
export const OPENING_QUOTE = /^["'`<(“”‘’«»]/;
/** `{tenant}`, `{{tenant}}`, `${TENANT}`, `<tenant>`. */
export const PLACEHOLDER = /\$?\{([^{}]*)\}|<([^<>]*)>/;
export const HOST_AND_PORT = /^(?:localhost|[\w-]+(?:\.[\w-]+)+):\d+(?=[/?]|$)/i;

/** Levels of percent-encoding: more than any honest URI has, which may hold another one that is encoded in it. */
const MOST_DECODINGS = 5;

/** The text, then what one percent-decoder makes of it, then a second one, and so on. Only ASCII is decoded. */
export function decodings(text: string): string[] {
  const found = [text];
  for (let last = text; found.length <= MOST_DECODINGS + 1; found.push(last)) {
    const next = last.replace(/%([0-7][\da-f])/gi, (_, byte: string) =>
      String.fromCharCode(Number.parseInt(byte, 16)),
    );
    if (next === last) break;
    last = next;
  }
  return found;
}

export const isEncodedTooOften = (text: string): boolean => decodings(text).length > MOST_DECODINGS + 1;

export const hasWildcard = (text: string): boolean =>
  decodings(text).some((decoded) => decoded.includes('*'));

/** A backslash is a slash to browsers, and a semicolon ends a segment too: some servers strip `;x` and then see the `..` of `..;x`. */
export const hasDotSegments = (path: string): boolean =>
  decodings(path).some((decoded) => /[/\\]\.{1,2}(?:[/\\;]|$)/.test(decoded));

/** The C1 controls are two bytes in UTF-8. */
export const hasControls = (text: string): boolean =>
  decodings(text).some((decoded) => /\p{Cc}|%c2%[89][\da-f]/iu.test(decoded));

/** Whether every escape is a byte of well-formed UTF-8. */
export function isUtf8(percentEncoded: string): boolean {
  try {
    decodeURIComponent(percentEncoded);
    return true;
  } catch {
    return false;
  }
}
