const MAX_CHARACTERS = 300;

/** Any value as JSON, and not too long. */
export function printable(value: unknown): string {
  const text = value === undefined ? 'absent' : jsonOf(value);
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}...` : text;
}

/** A name or an id without quotation marks, for as long as it needs none. */
export function printableName(text: string): string {
  return /^[\w.:-]+$/.test(text) && text.length <= MAX_CHARACTERS ? text : printable(text);
}

/** People with access to Hydra can nest its metadata deeper than can be written. */
function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return 'something deeply nested';
  }
}
