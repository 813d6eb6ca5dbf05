/** RFC 6749, section 3.3. `*` is among the characters, and means nothing there. */
const SCOPE_TOKEN = /^[\x21\x23-\x5B\x5D-\x7E]+$/;

/** Whether this is a scope (`scope-token` of RFC 6749), as a token may hold it. */
export const isScopeToken = (text: string): boolean => SCOPE_TOKEN.test(text);

/**
 * Whether an operator may list this: a scope, or a prefix of scopes that ends in `:*`, `.*` or `/*`. A `*` inside a name is
 * part of it (`system/*.read` of SMART on FHIR); one inside a prefix, or alone, would look like a pattern and be none.
 */
export function isScopePattern(text: string): boolean {
  const prefix = prefixOf(text);
  return isScopeToken(prefix ?? text) && (prefix === null ? text.search(/[^*]/) >= 0 : !prefix.includes('*'));
}

/** What the scopes of a pattern such as `orders:*` begin with (`orders:`); null for an exact scope. */
export const prefixOf = (pattern: string): string | null =>
  /[:./]\*$/.test(pattern) ? pattern.slice(0, -1) : null;
