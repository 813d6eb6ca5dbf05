/*
 * RFC 6749, section 3.3, lets a scope be any of these characters, `*` among them. The two readings differ on purpose: a token
 * of another issuer may hold whatever the RFC allows, but no client is registered with a `*`, which authorization servers
 * take for a wildcard.
 */
const SCOPE_TOKEN = /^[\x21\x23-\x5B\x5D-\x7E]+$/;

/** Whether this is a scope (`scope-token` of RFC 6749), as a token may hold it. */
export const isScopeToken = (text: string): boolean => SCOPE_TOKEN.test(text);

/** Whether a client may be registered with this scope, as far as its characters go: any `scope-token` without `*`. */
export const isRegistrableScope = (text: string): boolean => isScopeToken(text) && !text.includes('*');

/** Whether this is an exact scope, or a prefix of scopes that ends in `:*`, `.*` or `/*`. */
export const isScopePattern = (text: string): boolean => isRegistrableScope(prefixOf(text) ?? text);

/** What the scopes of a pattern such as `orders:*` begin with (`orders:`); null for an exact scope. */
export const prefixOf = (pattern: string): string | null =>
  /[:./]\*$/.test(pattern) ? pattern.slice(0, -1) : null;
