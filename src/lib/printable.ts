const MAX_CHARACTERS = 300;

/** Any value as JSON, for people: cut after 300 characters, and `absent` for undefined. */
export function printable(value: unknown): string {
  const text = value === undefined ? 'absent' : jsonOf(value);
  return text.length > MAX_CHARACTERS ? `${text.slice(0, MAX_CHARACTERS)}...` : text;
}

/** A name or an id, in quotation marks only where it needs them. */
export function printableName(text: string): string {
  return /^[\w.:-]+$/.test(text) && text.length <= MAX_CHARACTERS ? text : printable(text);
}

/** JSON.stringify overflows the stack for what is nested too deep, as people with access to Hydra can make its metadata. */
function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return 'something deeply nested';
  }
}
