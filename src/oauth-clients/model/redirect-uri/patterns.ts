/* What makes a redirect URI one that is refused, as far as a pattern can say it. */

/** Whether a text is several URIs, as a person pastes them. */
export function areSeveral(text: string): boolean {
  const pieces = text.trim().split(/\s+/);
  return pieces.length > 1 && pieces.every((piece) => /^[a-z][a-z\d+.-]*:\//i.test(piece));
}

/** Blanks, line breaks, controls, format characters such as bidirectional marks, and unpaired surrogates. */
export const INVISIBLE = /[\s\p{Cc}\p{Cf}\p{Cs}\p{Z}]/u;
export const OPENING_QUOTE = /^["'`<(“”‘’«»]/;
/** `{tenant}`, `{{tenant}}`, `${TENANT}`, `<tenant>`. */
export const PLACEHOLDER = /\$?\{([^{}]*)\}|<([^<>]*)>/;
export const HOST_AND_PORT = /^(?:localhost|[\w-]+(?:\.[\w-]+)+):\d+(?=[/?]|$)/i;

/** `(?:25)*` sees through repeated encoding: `%2e`, `%252e` and `%25252e` all end as a dot behind enough decoders. */
export const SLASH = '(?:/|%(?:25)*(?:2f|5c))';
const DOT = '(?:\\.|%(?:25)*2e)';
/** A semicolon ends a segment too: some servers strip path parameters first and then see `..` in `..;x`. */
export const DOT_SEGMENT = new RegExp(`${SLASH}${DOT}{1,2}(?:${SLASH}|;|%(?:25)*3b|$)`, 'i');
export const ENCODED_CONTROL = /%(?:25)*(?:[01][\da-f]|7f|c2%(?:25)*[89][\da-f])/i;
export const WILDCARD = /\*|%(?:25)*2a/i;

/** Whether every escape is a byte of well-formed UTF-8. */
export function isUtf8(percentEncoded: string): boolean {
  try {
    decodeURIComponent(percentEncoded);
    return true;
  } catch {
    return false;
  }
}
